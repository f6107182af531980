package io.edgeai.samples.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.samples.text.Reviews.Review;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The made-up language: its labels follow from its words, and its vocabulary knows them. */
class ReviewsTest {
    private static final Set<String> PRAISE = Set.of("good", "great", "fast", "lovely", "quiet");

    private static List<String> words(String text) {
        return List.of(text.toLowerCase(Locale.ROOT).replaceAll("[.!]", "").split(" "));
    }

    @Test
    void aReviewIsGoodIfItPraisesOrDeniesBlame() {
        long seed = 8;
        for (Review review : Reviews.draw(500, seed)) {
            List<String> words = words(review.text());
            boolean praise = words.stream().anyMatch(PRAISE::contains);
            boolean denied = words.contains("not");

            assertThat(Reviews.LABELS.get(review.label()))
                    .as("seed %d: %s", seed, review.text())
                    .isEqualTo(praise ^ denied ? "POSITIVE" : "NEGATIVE");
        }
    }

    @Test
    void bothLabelsAndBothWaysOfSayingThemAreCommon() {
        List<Review> reviews = Reviews.draw(1000, 9);

        assertThat(reviews.stream().filter(r -> r.label() == 1).count()).isBetween(400L, 600L);
        assertThat(reviews.stream().filter(r -> r.text().contains(" not ")).count())
                .isBetween(250L, 420L);
        assertThat(Reviews.draw(1000, 9)).isEqualTo(reviews);
        assertThat(Reviews.draw(1000, 10)).isNotEqualTo(reviews);
    }

    @Test
    void theVocabularyKnowsEveryWordOnce() {
        List<String> vocabulary = Reviews.vocabulary();

        assertThat(vocabulary).doesNotHaveDuplicates().startsWith("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");
        assertThat(vocabulary)
                .containsAll(Reviews.draw(2000, 3).stream()
                        .flatMap(review -> words(review.text()).stream())
                        .collect(Collectors.toSet()));
    }
}
