package io.edgeai.core.text.pipeline;

import io.edgeai.core.text.Encoding;
import io.edgeai.core.text.Encoding.Token;
import io.edgeai.core.text.Tokenizer;
import io.edgeai.core.text.source.SpecialTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Cuts words at spaces and then into pieces of at most three chars, numbered by their hash; laid out as BERT does. */
final class PieceTokenizer implements Tokenizer {
    static final int PAD = 0;
    static final int CLS = 1;
    static final int SEP = 2;
    static final int MASK = 3;
    private static final int FIRST = 4;
    private static final int PIECE = 3;

    private final int vocabulary;
    private final int maxTokens;
    private final SpecialTokens special;

    PieceTokenizer(int vocabulary, int maxTokens) {
        this(vocabulary, maxTokens, Map.of("pad", "[PAD]", "mask", "[MASK]"));
    }

    PieceTokenizer(int vocabulary, int maxTokens, Map<String, String> special) {
        this.vocabulary = vocabulary;
        this.maxTokens = maxTokens;
        this.special = new SpecialTokens(special);
    }

    @Override
    public Encoding encode(String text) {
        List<Token> tokens = new ArrayList<>(List.of(added(CLS, 0)));
        tokens.addAll(pieces(text, 0));
        tokens.add(added(SEP, 0));
        return new Encoding(tokens);
    }

    @Override
    public Encoding encode(String first, String second) {
        List<Token> tokens = new ArrayList<>(encode(first).tokens());
        tokens.addAll(pieces(second, 1));
        tokens.add(added(SEP, 1));
        return new Encoding(tokens);
    }

    @Override
    public List<Encoding> encodeAll(List<String> texts) {
        return texts.stream().map(this::encode).toList();
    }

    private static Token added(int id, int type) {
        return new Token(id, "[" + id + "]", type, Encoding.NONE, Encoding.NONE, 0, 0, true);
    }

    private List<Token> pieces(String text, int sequence) {
        List<Token> pieces = new ArrayList<>();
        int word = -1;
        int wordStart = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == ' ') {
                continue;
            }
            if (i == 0 || text.charAt(i - 1) == ' ') {
                word++;
                wordStart = i;
            }
            boolean mask = text.startsWith("[MASK]", i);
            if (!mask && (i - wordStart) % PIECE != 0) {
                continue;
            }
            int end = mask ? i + 6 : i + 1;
            while (end < text.length() && text.charAt(end) != ' ' && end - i < PIECE) {
                end++;
            }
            String piece = text.substring(i, end);
            long id = mask ? MASK : FIRST + Math.floorMod(piece.hashCode(), vocabulary - FIRST);
            pieces.add(new Token(id, piece, sequence, sequence, word, i, end, mask));
            i = mask ? end - 1 : i;
        }
        return pieces;
    }

    @Override
    public String decode(long[] ids, boolean skipSpecial) {
        return Arrays.stream(ids)
                .filter(id -> !skipSpecial || id >= FIRST)
                .mapToObj(id -> "t" + id)
                .collect(Collectors.joining(" "));
    }

    @Override
    public OptionalLong id(String token) {
        return switch (token) {
            case "[PAD]" -> OptionalLong.of(PAD);
            case "[MASK]" -> OptionalLong.of(MASK);
            default -> OptionalLong.empty();
        };
    }

    @Override
    public Optional<String> token(long id) {
        return id < vocabulary ? Optional.of("t" + id) : Optional.empty();
    }

    @Override
    public int vocabularySize() {
        return vocabulary;
    }

    @Override
    public SpecialTokens special() {
        return special;
    }

    @Override
    public int maxTokens() {
        return maxTokens;
    }

    @Override
    public void close() {}
}
