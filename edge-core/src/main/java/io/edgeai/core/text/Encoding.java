package io.edgeai.core.text;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/**
 * One text, or two read together, as tokens. Places are Java chars of the token's own text, from inclusive to exclusive;
 * special tokens have none (0 to 0). Immutable and thread-safe.
 */
public final class Encoding {
    /** The sequence or word of a token that belongs to none. */
    public static final int NONE = -1;

    private final List<Token> tokens;

    /**
     * One token.
     *
     * @param id its number in the vocabulary
     * @param text as the vocabulary writes it
     * @param type which of the model's kinds of text it belongs to: 0 or 1
     * @param sequence the text it comes from, 0 or 1; {@link #NONE} where the model's layout adds it
     * @param word which word of its text, from 0; {@link #NONE} where it is in none
     * @param start first char in its text
     * @param end char behind its last one
     * @param special whether the layout adds it, or it is a special token written in the text
     */
    public record Token(long id, String text, int type, int sequence, int word, int start, int end, boolean special) {
        /** Whether the model's layout added it. */
        public boolean added() {
            return sequence == NONE;
        }
    }

    public Encoding(List<Token> tokens) {
        this.tokens = List.copyOf(tokens);
    }

    public List<Token> tokens() {
        return tokens;
    }

    /** Number of tokens. */
    public int size() {
        return tokens.size();
    }

    public Token token(int index) {
        return tokens.get(index);
    }

    public long[] ids() {
        return tokens.stream().mapToLong(Token::id).toArray();
    }

    /** How many tokens come from a text, 0 or 1. */
    public int length(int sequence) {
        return (int)
                tokens.stream().filter(token -> token.sequence() == sequence).count();
    }

    /** {@link #truncated(int, Truncation)} by {@link Truncation#LONGEST_FIRST}. */
    public Encoding truncated(int longest) {
        return truncated(longest, Truncation.LONGEST_FIRST);
    }

    /**
     * This, or without tokens at the end of its texts, so that at most {@code longest} are left. Added tokens stay.
     *
     * @throws InvalidInputException where the text that gives way has not that many tokens
     */
    public Encoding truncated(int longest, Truncation which) {
        int excess = size() - longest;
        if (excess <= 0) {
            return this;
        }
        int first = length(0);
        int second = length(1);
        switch (which) {
            case ONLY_FIRST -> first -= excess;
            case ONLY_SECOND -> second -= excess;
            case LONGEST_FIRST -> {
                int room = first + second - excess;
                int shorter = Math.min(Math.min(first, second), Math.floorDiv(room, 2));
                boolean firstIsShorter = first <= second;
                first = firstIsShorter ? shorter : room - shorter;
                second = room - first;
            }
        }
        if (first < 0 || second < 0) {
            throw tooShort(longest, which.toString());
        }
        return kept(0, first, 0, second);
    }

    /**
     * This, or several that each show the same other text and a part of this one, so that at most {@code longest} tokens
     * are in each. Neighbours share {@code stride} tokens; the last one ends where the text ends.
     *
     * @param sequence the text to divide, 0 or 1
     * @throws InvalidInputException where the rest leaves no room for more than {@code stride} tokens
     */
    public List<Encoding> windows(int longest, int stride, int sequence) {
        if (size() <= longest) {
            return List.of(this);
        }
        int length = length(sequence);
        int room = longest - (size() - length);
        if (stride < 0 || room <= stride) {
            throw new InvalidInputException("Windows of " + longest + " tokens leave room for (" + room
                    + ") of the text, which must be more than the stride (" + stride
                    + "), not negative. Maybe shorten the other text or the stride.");
        }
        List<Encoding> windows = new ArrayList<>();
        for (int from = 0; ; from += room - stride) {
            int to = Math.min(length, from + room);
            windows.add(sequence == 0 ? kept(from, to, 0, Integer.MAX_VALUE) : kept(0, Integer.MAX_VALUE, from, to));
            if (to == length) {
                return windows;
            }
        }
    }

    /** The added tokens and those of each text whose number in it lies in the range. */
    private Encoding kept(int firstFrom, int firstTo, int secondFrom, int secondTo) {
        List<Token> kept = new ArrayList<>();
        int first = 0;
        int second = 0;
        for (Token token : tokens) {
            boolean keep = token.added();
            if (token.sequence() == 0) {
                keep = first >= firstFrom && first < firstTo;
                first++;
            } else if (token.sequence() == 1) {
                keep = second >= secondFrom && second < secondTo;
                second++;
            }
            if (keep) {
                kept.add(token);
            }
        }
        return new Encoding(kept);
    }

    private InvalidInputException tooShort(int longest, String which) {
        return new InvalidInputException("An encoding of " + length(0) + " and " + length(1) + " tokens and "
                + (size() - length(0) - length(1)) + " added ones cannot be cut to (" + longest + ") by " + which
                + ". Maybe allow more tokens or shorten the other text.");
    }

    @Override
    public String toString() {
        return tokens.stream().map(Token::text).toList().toString();
    }
}
