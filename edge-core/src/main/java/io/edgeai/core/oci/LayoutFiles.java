package io.edgeai.core.oci;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/** The files of a layout, wherever it lies. Thread-safe. */
interface LayoutFiles extends Closeable {
    String HEADER = "oci-layout";
    String INDEX = "index.json";
    String BLOBS = "blobs/sha256/";

    /** The length of a regular file that belongs to the layout; empty where there is none of that name. */
    OptionalLong size(String name) throws IOException;

    /** The bytes of a file that is there. */
    InputStream open(String name) throws IOException;
}
