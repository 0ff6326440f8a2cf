import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packagedFor } from './packaged.ts';
import { deployerPolicies } from './policies.ts';
import { ACCOUNT, PARTITION } from './right.ts';
import { deployerTemplate } from './template.ts';

const USAGE = `What the deployer of a stage has to be allowed, from the stage's own templates.

  npm run -s deployer-policy -- --stage prod --repository you/shop > deployer-prod.json
      a CloudFormation template of the policies, and of a role that the repository's workflow may take on
  npm run -s deployer-policy -- --stage prod --account 123456789012 --out policies
      the policies alone, for 'aws iam create-policy'

AWS_REGION, MAIL_DOMAIN and DOMAIN are those of the deployment.`;

const { values } = parseArgs({
  options: {
    stage: { type: 'string' },
    repository: { type: 'string' },
    account: { type: 'string' },
    out: { type: 'string', default: '.' },
  },
});
const { stage, repository, account, out } = values;

if (stage === undefined || (repository === undefined) === (account === undefined)) {
  console.error(USAGE);
  process.exit(2);
}

const policies = deployerPolicies(await packagedFor(stage, console.error), {
  stage,
  region: process.env.AWS_REGION ?? 'us-east-1',
  mailDomain: process.env.MAIL_DOMAIN ?? 'emporium.example',
  hasDomain: process.env.DOMAIN !== undefined,
});

if (repository !== undefined) {
  process.stdout.write(`${JSON.stringify(deployerTemplate(policies, stage, repository), null, 2)}\n`);
} else {
  mkdirSync(out, { recursive: true });
  for (const [index, policy] of policies.entries()) {
    const name = `emporium-deployer-${stage}-${index + 1}`;
    const file = join(out, `${name}.json`);
    const text = JSON.stringify(policy, null, 2)
      .replaceAll(PARTITION, 'aws')
      .replaceAll(ACCOUNT, String(account));
    writeFileSync(file, `${text}\n`);
    process.stdout.write(`aws iam create-policy --policy-name ${name} --policy-document file://${file}\n`);
  }
}
