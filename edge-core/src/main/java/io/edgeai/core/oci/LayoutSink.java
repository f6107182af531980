package io.edgeai.core.oci;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** Where a layout is written. Not thread-safe. */
interface LayoutSink extends Closeable {
    /** The index that is there already, to be added to; empty where there is none. */
    byte[] index() throws IOException;

    /** Whether a blob is there already with the right bytes. */
    boolean has(OciDescriptor blob) throws IOException;

    /** Writes a blob whole or not at all; whoever gives the bytes has made sure of their digest. */
    void put(OciDescriptor blob, InputStream bytes) throws IOException;

    /** Makes it a layout with this index. */
    void finish(byte[] header, byte[] index) throws IOException;
}
