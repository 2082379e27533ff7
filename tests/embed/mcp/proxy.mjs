// Stands before the server and adds the token, for programs that cannot send one: proxy.mjs PORT TOKEN
// Prints its own address. Everything else passes as it is, the header Host included.
import http from "node:http";

const [port, token] = process.argv.slice(2);

const proxy = http.createServer((request, response) => {
  const headers = { ...request.headers, authorization: `Bearer ${token}` };
  const options = { host: "127.0.0.1", port, method: request.method, path: request.url, headers, setHost: false };
  const onward = http.request(options, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  response.on("close", () => onward.destroy());
  request.pipe(onward);
});
proxy.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${proxy.address().port}/mcp`));
