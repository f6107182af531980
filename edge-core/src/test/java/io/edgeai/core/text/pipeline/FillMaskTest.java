package io.edgeai.core.text.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.runtime.InferenceSession;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Guesses against a softmax over the table's row of the mask, sorted by a loop. */
class FillMaskTest {
    private static final int VOCABULARY = 30;
    private final float[][] table = TableGraph.table(51, VOCABULARY, VOCABULARY);

    private static TextModel model(InferenceSession session, PieceTokenizer tokenizer) {
        return TextModel.builder()
                .graph(session.signature(), session::run)
                .tokenizer(tokenizer)
                .build();
    }

    private InferenceSession session() {
        return new TableGraph().rows("logits", table).open();
    }

    @Test
    void theBestGuessesAreThoseOfTheRowOfTheMask() {
        double[] row = new double[VOCABULARY];
        for (int i = 0; i < VOCABULARY; i++) {
            row[i] = table[PieceTokenizer.MASK][i];
        }
        double[] shares = Loops.softmax(row);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < VOCABULARY; i++) {
            order.add(i);
        }
        order.sort(Comparator.comparingDouble(i -> -shares[i]));
        PieceTokenizer tokenizer = new PieceTokenizer(VOCABULARY, 64);
        long[] ids = tokenizer.encode("oil [MASK] again").ids();
        try (InferenceSession session = session()) {
            List<Fill> fills = new FillMask(model(session, tokenizer)).topK(7).fill("oil [MASK] again");

            assertThat(fills).hasSize(7);
            for (int i = 0; i < 7; i++) {
                long guess = order.get(i);
                assertThat(fills.get(i).token()).isEqualTo(guess);
                assertThat(fills.get(i).score()).isCloseTo(shares[(int) guess], within(1e-6));
                assertThat(fills.get(i).word()).isEqualTo("t" + guess);
                String between = guess < 4 ? " " : " t" + guess + " ";
                assertThat(fills.get(i).text()).isEqualTo("t" + ids[1] + between + "t" + ids[3] + " t" + ids[4]);
            }
        }
    }

    @Test
    void eachMaskHasGuessesOfItsOwn() {
        try (InferenceSession session = session()) {
            var pipeline = new FillMask(model(session, new PieceTokenizer(VOCABULARY, 64)));

            List<List<Fill>> all = pipeline.fillAll("[MASK] leaks [MASK]");

            assertThat(all).hasSize(2).allSatisfy(fills -> assertThat(fills).hasSize(5));
            assertThat(all.get(0).get(0).text())
                    .startsWith(all.get(0).get(0).token() < 4 ? "t" : "t1 ")
                    .contains("t3");
            assertThatThrownBy(() -> pipeline.fill("[MASK] leaks [MASK]"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(2) masks")
                    .hasMessageContaining("Maybe call fillAll");
        }
    }

    @Test
    void textsAndTokenizersWithoutAMaskAreRefused() {
        try (InferenceSession session = session()) {
            var pipeline = new FillMask(model(session, new PieceTokenizer(VOCABULARY, 8)));
            assertThatThrownBy(() -> pipeline.fill("no mask here"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("has no mask in its first 8 tokens")
                    .hasMessageContaining("Maybe write [MASK]");
            assertThatThrownBy(() -> pipeline.fill("far too many words before the [MASK]"))
                    .isInstanceOf(InvalidInputException.class);
            assertThatThrownBy(() -> new FillMask(model(session, new PieceTokenizer(VOCABULARY, 8, Map.of()))))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("no mask token");
            assertThatThrownBy(() ->
                            new FillMask(model(session, new PieceTokenizer(VOCABULARY, 8, Map.of("mask", "<mask>")))))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(<mask>) is not in the vocabulary");
            assertThatThrownBy(() -> pipeline.topK(0)).isInstanceOf(InvalidInputException.class);
        }
    }
}
