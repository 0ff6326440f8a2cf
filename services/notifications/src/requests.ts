import { MessageId } from '@emporium/contracts';
import { pageQuery } from '@emporium/functions';

export const MessagesQuery = pageQuery(MessageId);
