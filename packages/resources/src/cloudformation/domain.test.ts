import { expect, test } from '@jest/globals';
import { domainTemplate } from './domain.ts';

const distribution = {
  Type: 'AWS::CloudFront::Distribution',
  Properties: { DistributionConfig: { Enabled: true } },
};
const none = { name: '', certificateArn: '', hostedZoneId: '' };
const arn = 'arn:aws:acm:us-east-1:000000000000:certificate/1';
const template = (settings: Partial<typeof none>) =>
  domainTemplate('Distribution', distribution, { ...none, ...settings });

test('a stage without a domain keeps the one that CloudFront gives', () => {
  expect(template({})).toEqual({});
});

test('a domain with a certificate: nothing older than TLS 1.2', () => {
  expect(template({ name: 'shop.example', certificateArn: arn })).toEqual({
    Distribution: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: {
        DistributionConfig: {
          Enabled: true,
          Aliases: ['shop.example'],
          ViewerCertificate: {
            AcmCertificateArn: arn,
            SslSupportMethod: 'sni-only',
            MinimumProtocolVersion: 'TLSv1.2_2021',
          },
        },
      },
    },
  });
});

test('in a hosted zone, certificate and records are made', () => {
  const resources = template({ name: 'shop.example', hostedZoneId: 'Z1' });
  expect(Object.keys(resources)).toEqual([
    'Distribution',
    'Certificate',
    'DomainRecordA',
    'DomainRecordAAAA',
  ]);
  expect(resources.Certificate?.Properties).toMatchObject({
    DomainName: 'shop.example',
    DomainValidationOptions: [{ DomainName: 'shop.example', HostedZoneId: 'Z1' }],
  });
  expect(resources.Distribution?.Properties).toMatchObject({
    DistributionConfig: { ViewerCertificate: { AcmCertificateArn: { Ref: 'Certificate' } } },
  });
  expect(resources.DomainRecordAAAA?.Properties).toMatchObject({
    Type: 'AAAA',
    AliasTarget: { DNSName: { 'Fn::GetAtt': ['Distribution', 'DomainName'] } },
  });
});

test('a domain that no certificate is for is refused', () => {
  expect(() => template({ name: 'shop.example' })).toThrow(
    'DOMAIN is shop.example: set CERTIFICATE_ARN to a certificate for it in us-east-1, or HOSTED_ZONE_ID so that one is made',
  );
});
