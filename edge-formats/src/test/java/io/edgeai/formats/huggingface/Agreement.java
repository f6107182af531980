package io.edgeai.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.formats.golden.Npy;
import io.edgeai.formats.spi.ImportedModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs a {@link TinyModel} on two rows, the second cut short by padding, and compares each with an oracle's answer. */
final class Agreement {
    static final double BOUND = 1e-5;

    /** The expected numbers of one output for one row of the batch: [token][channel], or one line where it is pooled. */
    interface Oracle {
        double[][] answer(long[] ids, long[] mask, long[] types);
    }

    private final TinyModel model;
    private final ImportedModel imported;
    private final long[][] ids;
    private final long[][] mask;
    private final long[][] types;
    private final Map<String, Npy> outputs;

    Agreement(TinyModel model, Path folder, int sequence, int padding) {
        this.model = model;
        this.imported = model.imported(folder);
        this.ids = model.tokens(2, sequence, model.size("vocab_size"), padding);
        this.mask = new long[2][sequence];
        this.types = new long[2][sequence];
        for (int b = 0; b < 2; b++) {
            for (int s = 0; s < sequence; s++) {
                mask[b][s] = s < sequence - 2 * b ? 1 : 0;
                types[b][s] = s > sequence / 2 ? 1 : 0;
            }
        }
        Map<String, Npy> feeds = new LinkedHashMap<>();
        feeds.put("input_ids", TinyModel.integers(ids));
        feeds.put("attention_mask", TinyModel.integers(mask));
        feeds.put("token_type_ids", TinyModel.integers(types));
        this.outputs = TinyModel.run(imported, feeds);
    }

    ImportedModel imported() {
        return imported;
    }

    /** Compares an output with one number, or one row, for each token that is no padding. */
    void tokens(String output, Oracle oracle) {
        compare(output, oracle, true);
    }

    /** Compares an output with one row for each row of the batch. */
    void pooled(String output, Oracle oracle) {
        compare(output, oracle, false);
    }

    private void compare(String output, Oracle oracle, boolean perToken) {
        Npy found = outputs.get(output);
        assertThat(outputs).as("outputs").containsKey(output);
        double[] numbers = found.numbers();
        int at = 0;
        for (int b = 0; b < 2; b++) {
            double[][] expected = oracle.answer(ids[b], mask[b], types[b]);
            assertThat(found.dims()[0]).isEqualTo(2);
            assertThat(numbers.length / 2).as(output).isEqualTo(expected.length * expected[0].length);
            for (int t = 0; t < expected.length; t++) {
                for (int c = 0; c < expected[t].length; c++, at++) {
                    if (!perToken || mask[b][t] == 1) {
                        double bound = BOUND * Math.max(1, Math.abs(expected[t][c]));
                        assertThat(numbers[at])
                                .as("%s of row %d, token %d, channel %d, seed %d", output, b, t, c, model.seed)
                                .isCloseTo(expected[t][c], within(bound));
                    }
                }
            }
        }
    }
}
