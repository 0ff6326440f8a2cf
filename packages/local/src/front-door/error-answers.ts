import type { HttpAnswer } from '../http-api/http.ts';

/** An error of CloudFront's own, as the page that it shows. */
export const errorPage = (status: number, text: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'text/html', server: 'CloudFront' },
  body: `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">
<HTML><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=iso-8859-1">
<TITLE>ERROR: The request could not be satisfied</TITLE>
</HEAD><BODY>
<H1>${status} ERROR</H1>
<H2>The request could not be satisfied.</H2>
<HR noshade size="1px">
${text}
</BODY></HTML>
`,
});

/** A method that the behaviour does not allow. */
export const methodNotAllowed = (allowed: ReadonlySet<string>): HttpAnswer =>
  errorPage(
    403,
    allowed.has('POST')
      ? 'This distribution is not configured to allow the HTTP request method that was used for this request.'
      : 'This distribution is not configured to allow the HTTP request method that was used for this request. The distribution supports only cachable requests.',
  );
