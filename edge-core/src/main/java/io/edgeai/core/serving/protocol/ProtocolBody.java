package io.edgeai.core.serving.protocol;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * An encoded answer: JSON, and after it the binary data of outputs. Holds the tensors' own memory; immutable as long as
 * nobody writes to that.
 */
public final class ProtocolBody {
    private final ByteBuffer json;
    private final List<ByteBuffer> binary;

    ProtocolBody(ByteBuffer json, List<ByteBuffer> binary) {
        this.json = json;
        this.binary = List.copyOf(binary);
    }

    /** Bytes of JSON: the value of the header {@code Inference-Header-Content-Length}. */
    public int jsonLength() {
        return json.remaining();
    }

    /** Whether anything follows the JSON. */
    public boolean hasBinary() {
        return !binary.isEmpty();
    }

    /** A copy of all bytes. */
    public byte[] bytes() {
        long size = json.remaining();
        for (ByteBuffer part : binary) {
            size += part.remaining();
        }
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(size)).put(json.duplicate());
        binary.forEach(part -> all.put(part.duplicate()));
        return all.array();
    }
}
