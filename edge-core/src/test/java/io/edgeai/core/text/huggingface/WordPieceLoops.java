package io.edgeai.core.text.huggingface;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * BERT's tokenizer as its authors describe it, in plain loops: clean, separate Chinese characters, take accents off,
 * lower, divide at spaces and punctuation, then take the longest piece of the vocabulary again and again.
 */
final class WordPieceLoops {
    private static final int LONGEST_WORD = 100;

    /** One token: its id and its chars of the text, and the number of its word. */
    record Piece(long id, int start, int end, int word) {}

    /** One character after cleaning, and where it comes from; a space stands for a border. */
    private record Letter(int codePoint, int start, int end) {}

    private final Map<String, Integer> vocabulary;
    private final boolean lower;
    private final boolean strip;
    private final boolean chinese;

    WordPieceLoops(Map<String, Integer> vocabulary, boolean lower, boolean strip, boolean chinese) {
        this.vocabulary = vocabulary;
        this.lower = lower;
        this.strip = strip;
        this.chinese = chinese;
    }

    List<Piece> pieces(String text) {
        List<Piece> pieces = new ArrayList<>();
        int number = 0;
        for (List<Letter> word : words(letters(text))) {
            pieces.addAll(divided(word, number++));
        }
        return pieces;
    }

    private List<Letter> letters(String text) {
        List<Letter> letters = new ArrayList<>();
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            int end = i + Character.charCount(c);
            boolean space = c == '\t' || c == '\n' || c == '\r' || Character.isSpaceChar(c);
            if (!space && (c == 0 || c == 0xFFFD || isControl(c))) {
                continue;
            }
            if (space || chinese && isChinese(c)) {
                letters.add(new Letter(' ', i, i));
            }
            if (!space) {
                for (int each : changed(c).codePoints().toArray()) {
                    letters.add(new Letter(each, i, end));
                }
            }
            if (chinese && isChinese(c)) {
                letters.add(new Letter(' ', end, end));
            }
        }
        return letters;
    }

    private String changed(int c) {
        String one = Character.toString(c);
        if (strip) {
            StringBuilder bare = new StringBuilder();
            Normalizer.normalize(one, Normalizer.Form.NFD)
                    .codePoints()
                    .filter(each -> Character.getType(each) != Character.NON_SPACING_MARK)
                    .forEach(bare::appendCodePoint);
            one = bare.toString();
        }
        return lower ? one.toLowerCase(Locale.ROOT) : one;
    }

    private static boolean isControl(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.PRIVATE_USE
                || type == Character.UNASSIGNED;
    }

    private static boolean isChinese(int c) {
        return c >= 0x4E00 && c <= 0x9FFF || c >= 0x3400 && c <= 0x4DBF || c >= 0x20000 && c <= 0x2A6DF;
    }

    private static boolean isPunctuation(int c) {
        int type = Character.getType(c);
        return c >= 33 && c <= 47
                || c >= 58 && c <= 64
                || c >= 91 && c <= 96
                || c >= 123 && c <= 126
                || type == Character.CONNECTOR_PUNCTUATION
                || type == Character.DASH_PUNCTUATION
                || type == Character.START_PUNCTUATION
                || type == Character.END_PUNCTUATION
                || type == Character.INITIAL_QUOTE_PUNCTUATION
                || type == Character.FINAL_QUOTE_PUNCTUATION
                || type == Character.OTHER_PUNCTUATION;
    }

    private static List<List<Letter>> words(List<Letter> letters) {
        List<List<Letter>> words = new ArrayList<>();
        List<Letter> word = new ArrayList<>();
        for (Letter letter : letters) {
            boolean alone = isPunctuation(letter.codePoint());
            if ((alone || letter.codePoint() == ' ') && !word.isEmpty()) {
                words.add(word);
                word = new ArrayList<>();
            }
            if (alone) {
                words.add(List.of(letter));
            } else if (letter.codePoint() != ' ') {
                word.add(letter);
            }
        }
        if (!word.isEmpty()) {
            words.add(word);
        }
        return words;
    }

    private List<Piece> divided(List<Letter> word, int number) {
        Piece unknown = new Piece(
                vocabulary.get("[UNK]"),
                word.get(0).start(),
                word.get(word.size() - 1).end(),
                number);
        if (word.size() > LONGEST_WORD) {
            return List.of(unknown);
        }
        List<Piece> pieces = new ArrayList<>();
        int from = 0;
        while (from < word.size()) {
            int to = word.size();
            while (to > from && !vocabulary.containsKey(piece(word, from, to))) {
                to--;
            }
            if (to == from) {
                return List.of(unknown);
            }
            pieces.add(new Piece(
                    vocabulary.get(piece(word, from, to)),
                    word.get(from).start(),
                    word.get(to - 1).end(),
                    number));
            from = to;
        }
        return pieces;
    }

    private static String piece(List<Letter> word, int from, int to) {
        StringBuilder piece = new StringBuilder(from > 0 ? "##" : "");
        word.subList(from, to).forEach(letter -> piece.appendCodePoint(letter.codePoint()));
        return piece.toString();
    }
}
