package io.edgeai.core.text.source;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A SentencePiece file written field by field, after sentencepiece_model.proto. */
public final class PieceFile {
    private interface Part {
        void write(CodedOutputStream out) throws IOException;
    }

    private final ByteArrayOutputStream file = new ByteArrayOutputStream();

    private static byte[] bytes(Part part) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            part.write(out);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private PieceFile message(int field, Part part) {
        byte[] inner = bytes(part);
        file.writeBytes(bytes(out -> out.writeByteArray(field, inner)));
        return this;
    }

    /** Kinds: 1 ordinary, 2 unknown, 3 control, 4 the user's, 5 unused, 6 byte. */
    public PieceFile piece(String text, double score, int kind) {
        return message(1, out -> {
            out.writeString(1, text);
            out.writeFloat(2, (float) score);
            out.writeEnum(3, kind);
        });
    }

    /** @param algorithm 1 unigrams, 2 pairs, 3 words, 4 characters */
    public PieceFile trainer(int algorithm, boolean suffixes) {
        return message(2, out -> {
            out.writeString(1, "corpus.txt");
            out.writeEnum(3, algorithm);
            out.writeBool(24, suffixes);
        });
    }

    public PieceFile normalizer(boolean prefix, boolean trims, boolean escapes) {
        return message(3, out -> {
            out.writeString(1, "identity");
            out.writeBool(3, prefix);
            out.writeBool(4, trims);
            out.writeBool(5, escapes);
        });
    }

    public byte[] toBytes() {
        return file.toByteArray();
    }

    public Path write(Path path) {
        try {
            return Files.write(path, toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
