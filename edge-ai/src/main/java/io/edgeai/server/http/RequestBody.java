package io.edgeai.server.http;

import java.io.InputStream;

/** The body of a request, not yet read. */
@FunctionalInterface
public interface RequestBody {
    /** The bytes as they were sent. Reading blocks, and fails where the client goes away or is idle for too long. */
    InputStream open();
}
