/** CloudFormation lets everything out of a group without a rule; a rule to nowhere keeps it in. */
export const NO_EGRESS = [{ CidrIp: '127.0.0.1/32', IpProtocol: '-1', Description: 'Nothing' }];
