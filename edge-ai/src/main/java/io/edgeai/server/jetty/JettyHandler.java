package io.edgeai.server.jetty;

import io.edgeai.server.http.HttpHandler;
import io.edgeai.server.http.HttpResponse;
import io.edgeai.server.http.RequestHead;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Passes requests on to a handler, and its answers back when they come, without holding a thread while a client reads. Thread-safe. */
final class JettyHandler extends Handler.Abstract {
    private final HttpHandler handler;

    JettyHandler(HttpHandler handler) {
        this.handler = handler;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        handler.handle(
                head(request), () -> Content.Source.asInputStream(request), answer -> send(answer, response, callback));
        return true;
    }

    private static void send(HttpResponse answer, Response response, Callback callback) {
        response.setStatus(answer.status());
        answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.body().length);
        response.write(true, ByteBuffer.wrap(answer.body()), Callback.from(callback, answer::sent));
    }

    private static RequestHead head(Request request) {
        Map<String, String> headers = new HashMap<>();
        for (HttpField field : request.getHeaders()) {
            String value = field.getValue();
            if (value != null) {
                headers.putIfAbsent(field.getLowerCaseName(), value);
            }
        }
        String path = request.getHttpURI().getPath();
        return new RequestHead(request.getMethod().toUpperCase(Locale.ROOT), path == null ? "/" : path, headers);
    }
}
