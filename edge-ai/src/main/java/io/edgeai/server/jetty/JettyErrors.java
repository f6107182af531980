package io.edgeai.server.jetty;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers requests that Jetty itself refuses, e.g. for a malformed target, in the form of all other errors. */
final class JettyErrors extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String body = "{\"error\":\"" + HttpStatus.getMessage(response.getStatus())
                + ". Maybe the request is malformed or too large.\"}";
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.write(true, ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)), callback);
        return true;
    }
}
