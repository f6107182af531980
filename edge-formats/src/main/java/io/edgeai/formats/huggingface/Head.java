package io.edgeai.formats.huggingface;

/** What stands on the body of a model. */
record Head(boolean needsPooler, Writer writer) {
    static Head of(Writer writer) {
        return new Head(false, writer);
    }

    static Head pooled(Writer writer) {
        return new Head(true, writer);
    }

    /** Writes the head and its outputs. */
    interface Writer {
        void write(Net net, Encoded encoded);
    }
}
