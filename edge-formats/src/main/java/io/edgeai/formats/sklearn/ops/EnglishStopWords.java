package io.edgeai.formats.sklearn.ops;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * The 318 words of {@code stop_words="english"}, which scikit-learn took from the list of the Glasgow Information Retrieval
 * Group. Immutable.
 */
final class EnglishStopWords {
    static final Set<String> ALL = read();

    private EnglishStopWords() {}

    private static Set<String> read() {
        try (InputStream in =
                Objects.requireNonNull(EnglishStopWords.class.getResourceAsStream("english-stop-words.txt"))) {
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return Collections.unmodifiableSet(
                    new TreeSet<>(List.of(text.strip().split("\\s+"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
