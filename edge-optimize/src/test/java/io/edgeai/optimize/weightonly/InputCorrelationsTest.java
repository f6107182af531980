package io.edgeai.optimize.weightonly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InputCorrelationsTest {
    /** The sums over all rows of all samples, of the input itself and of a value inside, against a double loop. */
    @Test
    void areSumsOfProductsOverAllRows() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, -1, 6);
        b.node("Relu", "r", "x");
        b.weight("w", 1, 6, 3);
        b.node("MatMul", "y", "r", "w");
        OnnxGraph graph = b.output("y", 3).graph();
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            feeds.add(Map.of("x", Ort.tensor(new Random(i), 1 + i, 5 - i, 6)));
        }
        Map<String, Integer> wanted = new LinkedHashMap<>();
        wanted.put("x", 6);
        wanted.put("r", 6);
        List<String> phases = new ArrayList<>();
        Progress progress = (phase, done, total) -> phases.add(phase + " " + done + "/" + total);
        InputCorrelations correlations =
                new InputCorrelations(graph, new InputSamples(Ort.runtime(), feeds, progress), wanted);
        for (String value : wanted.keySet()) {
            double[] got = correlations.of(value);
            double[] expected = new double[36];
            for (Map<String, Tensor> feed : feeds) {
                float[] x = feed.get("x").floats();
                for (int at = 0; at < x.length; at++) {
                    for (int j = 0; j < 6; j++) {
                        float left = x[at];
                        float right = x[at / 6 * 6 + j];
                        boolean relu = value.equals("r");
                        expected[at % 6 * 6 + j] +=
                                relu ? Math.max(0, left) * (double) Math.max(0, right) : left * (double) right;
                    }
                }
            }
            for (int i = 0; i < 36; i++) {
                assertThat(got[i]).isCloseTo(expected[i], offset(1e-4));
            }
        }
        assertThat(phases).last().isEqualTo("correlate 8/8");
    }
}
