package io.edgeai.core.text.source;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * What a SentencePiece file says of tokenization ({@code sentencepiece_model.proto}); what only training needs is passed
 * over. Immutable and thread-safe.
 *
 * @param pieces in the order of their ids
 * @param pairs whether pieces are joined pair by pair (BPE), not chosen by likelihood (unigram)
 * @param byteFallback whether unknown characters become pieces of bytes
 * @param splitsAtSpaces whether no piece reaches over a space
 * @param spacesOnly whether a piece may consist of several spaces
 * @param prefix whether a space is put before a text
 * @param trims whether spaces at the ends and repeated ones are dropped
 * @param characterMap the compiled map of characters, in Base64; empty where there is none
 */
record SentencePieceModel(
        List<Piece> pieces,
        boolean pairs,
        boolean byteFallback,
        boolean splitsAtSpaces,
        boolean spacesOnly,
        boolean prefix,
        boolean trims,
        String characterMap) {
    private static final long MOST_BYTES = 64L << 20;
    private static final int UNIGRAM = 1;
    private static final int BPE = 2;

    SentencePieceModel {
        pieces = List.copyOf(pieces);
    }

    /** A piece; the kinds are the file's. */
    record Piece(String text, double score, int kind) {
        static final int NORMAL = 1;
        static final int UNKNOWN = 2;
        static final int CONTROL = 3;
        static final int USER_DEFINED = 4;
        static final int UNUSED = 5;
    }

    static SentencePieceModel read(Path file) {
        byte[] bytes;
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw damaged(file, "it has more than " + MOST_BYTES + " bytes");
            }
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new StorageException(
                    "File (" + file + ") cannot be read: " + e + ". Maybe check its permissions.", e);
        }
        try {
            return new Fields(file).read(CodedInputStream.newInstance(bytes));
        } catch (IOException e) {
            throw damaged(file, String.valueOf(e.getMessage()));
        }
    }

    private static ModelFormatException damaged(Path file, String why) {
        return new ModelFormatException("File (" + file + ") is no SentencePiece model: " + why
                + ". Maybe fetch it again; a small text in its place is a pointer of Git LFS.");
    }

    private static final class Fields {
        private final Path file;
        private final List<Piece> pieces = new ArrayList<>();
        private int algorithm = UNIGRAM;
        private boolean byteFallback;
        private boolean splitsAtSpaces = true;
        private boolean spacesOnly;
        private boolean suffixes;
        private boolean prefix = true;
        private boolean trims = true;
        private boolean escapes = true;
        private byte[] characterMap = {};

        Fields(Path file) {
            this.file = file;
        }

        SentencePieceModel read(CodedInputStream in) throws IOException {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (tag) {
                    case 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> inside(in, this::piece);
                    case 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> inside(in, this::trainer);
                    case 3 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> inside(in, this::normalizer);
                    default -> skip(in, tag);
                }
            }
            if (pieces.isEmpty()) {
                throw damaged(file, "it holds no pieces");
            }
            refuse(algorithm != UNIGRAM && algorithm != BPE, "pieces that are whole words or single characters");
            refuse(suffixes, "spaces at the ends of words");
            refuse(!escapes, "spaces that are not written as \u2581");
            refuse(
                    algorithm == BPE && pieces.stream().anyMatch(piece -> piece.kind() == Piece.UNUSED),
                    "pairs through pieces that are not used");
            return new SentencePieceModel(
                    pieces,
                    algorithm == BPE,
                    byteFallback,
                    splitsAtSpaces,
                    spacesOnly,
                    prefix,
                    trims,
                    Base64.getEncoder().encodeToString(characterMap));
        }

        private void refuse(boolean unknown, String what) {
            if (unknown) {
                throw new ModelFormatException("File (" + file + ") is a SentencePiece model with " + what
                        + ", which have no mapping. Maybe save it with a fast tokenizer, which writes tokenizer.json.");
            }
        }

        private void piece(CodedInputStream in) throws IOException {
            String text = "";
            double score = 0;
            int kind = Piece.NORMAL;
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (tag) {
                    case 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> text = in.readStringRequireUtf8();
                    case 2 << 3 | WireFormat.WIRETYPE_FIXED32 -> score = in.readFloat();
                    case 3 << 3 -> kind = in.readEnum();
                    default -> skip(in, tag);
                }
            }
            if (text.isEmpty() || !Double.isFinite(score)) {
                throw damaged(file, "piece " + pieces.size() + " is (" + text + ") of score (" + score + ")");
            }
            pieces.add(new Piece(text, score, kind));
        }

        private void trainer(CodedInputStream in) throws IOException {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (tag) {
                    case 3 << 3 -> algorithm = in.readEnum();
                    case 22 << 3 -> splitsAtSpaces = in.readBool();
                    case 24 << 3 -> suffixes = in.readBool();
                    case 26 << 3 -> spacesOnly = in.readBool();
                    case 35 << 3 -> byteFallback = in.readBool();
                    default -> skip(in, tag);
                }
            }
        }

        private void normalizer(CodedInputStream in) throws IOException {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                switch (tag) {
                    case 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> characterMap = in.readByteArray();
                    case 3 << 3 -> prefix = in.readBool();
                    case 4 << 3 -> trims = in.readBool();
                    case 5 << 3 -> escapes = in.readBool();
                    default -> skip(in, tag);
                }
            }
        }

        private interface Message {
            void read(CodedInputStream in) throws IOException;
        }

        private static void inside(CodedInputStream in, Message message) throws IOException {
            int outer = in.pushLimit(in.readRawVarint32());
            message.read(in);
            in.popLimit(outer);
        }

        private void skip(CodedInputStream in, int tag) throws IOException {
            if (!in.skipField(tag)) {
                throw damaged(file, "a group ends that never began");
            }
        }
    }
}
