package io.edgeai.core.store;

import io.edgeai.core.error.StorageException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Says of a failure to read that the other side, and not this disk, was the cause. Not thread-safe. */
final class RemoteBytes extends FilterInputStream {
    private final String key;

    RemoteBytes(String key, InputStream in) {
        super(in);
        this.key = key;
    }

    @Override
    public int read() {
        try {
            return super.read();
        } catch (IOException e) {
            throw failure(key, e);
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        try {
            return super.read(target, offset, length);
        } catch (IOException e) {
            throw failure(key, e);
        }
    }

    static StorageException failure(String key, IOException e) {
        return StorageException.retriable(
                "Object (" + key + ") could not be read: " + e + ". Maybe try again once the store is reachable.", e);
    }
}
