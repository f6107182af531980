package io.edgeai.samples.text;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * Reviews made from a handful of words: what is praised is good, unless it is "not". A made-up language, so that a tiny
 * model can learn it; it says nothing about how well such a model reads real reviews. Immutable and thread-safe.
 */
public final class Reviews {
    private static final List<String> THINGS = List.of("pump", "screen", "coffee", "service", "battery", "hall");
    private static final List<String> GOOD = List.of("good", "great", "fast", "lovely", "quiet");
    private static final List<String> BAD = List.of("bad", "awful", "slow", "broken", "loud");
    private static final List<String> HOW = List.of("really", "very", "quite");
    /** 0 for bad, 1 for good. */
    public static final List<String> LABELS = List.of("NEGATIVE", "POSITIVE");

    private Reviews() {}

    /** One review and the number of its label. */
    public record Review(String text, int label) {}

    /** Reviews, the same ones for the same seed. */
    public static List<Review> draw(int count, long seed) {
        Random random = new Random(seed);
        List<Review> reviews = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean praised = random.nextBoolean();
            boolean not = random.nextInt(3) == 0;
            String how = random.nextBoolean() ? one(HOW, random) + " " : "";
            String text = "The " + one(THINGS, random) + " is " + (not ? "not " : "") + how
                    + one(praised ? GOOD : BAD, random) + (random.nextBoolean() ? "." : "!");
            reviews.add(new Review(text, praised != not ? 1 : 0));
        }
        return reviews;
    }

    private static String one(List<String> words, Random random) {
        return words.get(random.nextInt(words.size()));
    }

    /** A vocabulary as BERT has it: special tokens, words, pieces of words, letters. */
    public static List<String> vocabulary() {
        Set<String> tokens = new LinkedHashSet<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", "!", ","));
        tokens.addAll(List.of("the", "is", "not", "##s", "##ly"));
        for (List<String> words : List.of(THINGS, GOOD, BAD, HOW)) {
            words.forEach(word -> tokens.add(word.toLowerCase(Locale.ROOT)));
        }
        for (char letter = 'a'; letter <= 'z'; letter++) {
            tokens.add(String.valueOf(letter));
            tokens.add("##" + letter);
        }
        return List.copyOf(tokens);
    }
}
