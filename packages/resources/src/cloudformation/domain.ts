import { ConfigurationError } from '../errors.ts';
import { getAtt, type TemplateResource, type TemplateResources, type Value } from '../template.ts';

/** The domain of a stage, from the environment of its deployment; empty texts where it has none. */
export interface DomainSettings {
  readonly name: string;
  /** A certificate in us-east-1. */
  readonly certificateArn: string;
  /** Where the domain's records are kept, so that they and the certificate can be made. */
  readonly hostedZoneId: string;
}

/** CloudFront's own zone, the same for every distribution. */
const CLOUDFRONT_ZONE = 'Z2FDTNDATAQYW2';

/**
 * Gives a distribution its domain, with TLS 1.2 or newer; in a hosted zone the domain's records and certificate, too.
 *
 * @throws ConfigurationError for a domain that no certificate is for.
 */
export const domainTemplate = (
  distributionId: string,
  distribution: TemplateResource,
  { name, certificateArn, hostedZoneId }: DomainSettings,
): TemplateResources => {
  if (name === '') return {};
  if (certificateArn === '' && hostedZoneId === '') {
    throw new ConfigurationError(
      `DOMAIN is ${name}: set CERTIFICATE_ARN to a certificate for it in us-east-1, or HOSTED_ZONE_ID so that one is made`,
    );
  }
  const { DistributionConfig, ...properties } = distribution.Properties;
  const certificate: Value = certificateArn || { Ref: 'Certificate' };
  const config = {
    ...(DistributionConfig as object),
    Aliases: [name],
    ViewerCertificate: {
      AcmCertificateArn: certificate,
      SslSupportMethod: 'sni-only',
      MinimumProtocolVersion: 'TLSv1.2_2021',
    },
  };
  return {
    [distributionId]: { ...distribution, Properties: { ...properties, DistributionConfig: config } },
    ...(certificateArn === '' && certificateTemplate(name, hostedZoneId)),
    ...(hostedZoneId !== '' && records(name, hostedZoneId, distributionId)),
  };
};

const certificateTemplate = (name: string, hostedZoneId: string): TemplateResources => ({
  Certificate: {
    Type: 'AWS::CertificateManager::Certificate',
    Properties: {
      DomainName: name,
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: name, HostedZoneId: hostedZoneId }],
    },
  },
});

const records = (name: string, hostedZoneId: string, distributionId: string): TemplateResources =>
  Object.fromEntries(
    ['A', 'AAAA'].map((type) => [
      `DomainRecord${type}`,
      {
        Type: 'AWS::Route53::RecordSet',
        Properties: {
          HostedZoneId: hostedZoneId,
          Name: name,
          Type: type,
          AliasTarget: {
            DNSName: getAtt(distributionId, 'DomainName'),
            HostedZoneId: CLOUDFRONT_ZONE,
            EvaluateTargetHealth: false,
          },
        },
      },
    ]),
  );
