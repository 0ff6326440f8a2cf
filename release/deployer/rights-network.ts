import { arn, globalArn, on, type Right } from './right.ts';

const apis = ['/apis', '/apis/*', '/tags/*'].map(
  (path) => `arn:\${AWS::Partition}:apigateway:{region}::${path}`,
);
const apiIds = 'API Gateway makes up the ids of APIs, and knows no actions but the methods of HTTP.';
const api: readonly Right[] = [on(apis, 'apigateway', 'GET POST PUT PATCH DELETE', { why: apiIds })];

const cloudFrontIds = 'CloudFront makes up the ids of what it has.';
const cloudFront = (path: string, verbs: string): readonly Right[] => [
  on(globalArn('cloudfront', `${path}/*`), 'cloudfront', verbs, { why: cloudFrontIds }),
];

const acls = [`global/webacl/emporium-*`, `regional/webacl/emporium-*`].map((path) => arn('wafv2', path));
const aclNames = 'A web ACL of the edge may be named after the stage alone, at the end.';

const ec2Why = 'EC2 makes up the ids of what a network has.';
const ec2 = (verbs: string): readonly Right[] => [on('*', 'ec2', verbs, { why: ec2Why })];
const tags = 'CreateTags DeleteTags';
const cacheNames = ['serverlesscache', 'user', 'usergroup'].map((kind) =>
  arn('elasticache', `${kind}:emporium-*`),
);
const cacheWhy = 'Names in ElastiCache are cut short, at 40 characters.';
const elasticache = (verbs: string): readonly Right[] => [
  on(cacheNames, 'elasticache', verbs, { why: cacheWhy }),
];

/** The APIs, the edge in front of them, and the network that caches live in. */
export const network: Readonly<Record<string, readonly Right[]>> = {
  'AWS::ApiGatewayV2::Api': api,
  'AWS::ApiGatewayV2::Stage': [
    ...api,
    on(
      '*',
      'logs',
      'CreateLogDelivery UpdateLogDelivery DeleteLogDelivery GetLogDelivery ListLogDeliveries',
      {
        why: 'CloudWatch Logs has no resource for a log delivery.',
      },
    ),
  ],
  'AWS::ApiGatewayV2::Route': api,
  'AWS::ApiGatewayV2::Integration': api,
  'AWS::ApiGatewayV2::Authorizer': api,
  'AWS::CloudFront::Distribution': cloudFront(
    'distribution',
    'CreateDistribution CreateDistributionWithTags GetDistribution GetDistributionConfig UpdateDistribution DeleteDistribution CreateInvalidation ListTagsForResource TagResource UntagResource',
  ),
  'AWS::CloudFront::CachePolicy': cloudFront(
    'cache-policy',
    'CreateCachePolicy GetCachePolicy UpdateCachePolicy DeleteCachePolicy',
  ),
  'AWS::CloudFront::OriginRequestPolicy': cloudFront(
    'origin-request-policy',
    'CreateOriginRequestPolicy GetOriginRequestPolicy UpdateOriginRequestPolicy DeleteOriginRequestPolicy',
  ),
  'AWS::CloudFront::ResponseHeadersPolicy': cloudFront(
    'response-headers-policy',
    'CreateResponseHeadersPolicy GetResponseHeadersPolicy UpdateResponseHeadersPolicy DeleteResponseHeadersPolicy',
  ),
  'AWS::CloudFront::OriginAccessControl': cloudFront(
    'origin-access-control',
    'CreateOriginAccessControl GetOriginAccessControl UpdateOriginAccessControl DeleteOriginAccessControl',
  ),
  'AWS::CloudFront::Function': cloudFront(
    'function',
    'CreateFunction DescribeFunction GetFunction UpdateFunction PublishFunction DeleteFunction',
  ),
  'AWS::CertificateManager::Certificate': [
    on('*', 'acm', 'RequestCertificate', { why: 'A certificate that is to be made has no ARN yet.' }),
    on(arn('acm', 'certificate/*'), 'acm', 'DescribeCertificate DeleteCertificate AddTagsToCertificate', {
      why: 'ACM makes up the ids of certificates.',
    }),
  ],
  'AWS::Route53::RecordSet': [
    on(
      ['hostedzone/*', 'change/*'].map((path) => `arn:\${AWS::Partition}:route53:::${path}`),
      'route53',
      'GetHostedZone ListResourceRecordSets ChangeResourceRecordSets GetChange',
      { why: 'Route 53 makes up the ids of zones.' },
    ),
  ],
  'AWS::WAFv2::WebACL': [
    on(
      [...acls, arn('wafv2', 'global/managedruleset/*'), arn('wafv2', 'regional/managedruleset/*')],
      'wafv2',
      'CreateWebACL GetWebACL UpdateWebACL DeleteWebACL ListTagsForResource TagResource UntagResource',
      { why: aclNames },
    ),
  ],
  'AWS::WAFv2::LoggingConfiguration': [
    on(acls, 'wafv2', 'PutLoggingConfiguration GetLoggingConfiguration DeleteLoggingConfiguration', {
      why: aclNames,
    }),
    on('*', 'logs', 'CreateLogDelivery DeleteLogDelivery PutResourcePolicy DescribeResourcePolicies', {
      why: 'CloudWatch Logs has no resource for a log delivery.',
    }),
    on(
      globalArn('iam', 'role/aws-service-role/wafv2.amazonaws.com/AWSServiceRoleForWAFV2Logging'),
      'iam',
      'CreateServiceLinkedRole',
      { why: 'The role is the account’s.' },
    ),
  ],
  'AWS::EC2::VPC': ec2(`CreateVpc DescribeVpcs ModifyVpcAttribute DescribeVpcAttribute DeleteVpc ${tags}`),
  'AWS::EC2::Subnet': ec2(`CreateSubnet DescribeSubnets ModifySubnetAttribute DeleteSubnet ${tags}`),
  'AWS::EC2::RouteTable': ec2(`CreateRouteTable DescribeRouteTables DeleteRouteTable ${tags}`),
  'AWS::EC2::SubnetRouteTableAssociation': ec2(
    'AssociateRouteTable DisassociateRouteTable ReplaceRouteTableAssociation DescribeRouteTables',
  ),
  'AWS::EC2::VPCEndpoint': ec2(
    `CreateVpcEndpoint DescribeVpcEndpoints ModifyVpcEndpoint DeleteVpcEndpoints ${tags}`,
  ),
  'AWS::EC2::SecurityGroup': ec2(
    `CreateSecurityGroup DescribeSecurityGroups DeleteSecurityGroup AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress RevokeSecurityGroupEgress DescribeNetworkInterfaces ${tags}`,
  ),
  'AWS::EC2::SecurityGroupIngress': ec2(
    'AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress DescribeSecurityGroups DescribeSecurityGroupRules',
  ),
  'AWS::EC2::SecurityGroupEgress': ec2(
    'AuthorizeSecurityGroupEgress RevokeSecurityGroupEgress DescribeSecurityGroups DescribeSecurityGroupRules',
  ),
  'AWS::ElastiCache::ServerlessCache': elasticache(
    'CreateServerlessCache DescribeServerlessCaches ModifyServerlessCache DeleteServerlessCache ListTagsForResource AddTagsToResource RemoveTagsFromResource',
  ),
  'AWS::ElastiCache::User': elasticache(
    'CreateUser DescribeUsers ModifyUser DeleteUser ListTagsForResource AddTagsToResource RemoveTagsFromResource',
  ),
  'AWS::ElastiCache::UserGroup': elasticache(
    'CreateUserGroup DescribeUserGroups ModifyUserGroup DeleteUserGroup ListTagsForResource AddTagsToResource RemoveTagsFromResource',
  ),
};
