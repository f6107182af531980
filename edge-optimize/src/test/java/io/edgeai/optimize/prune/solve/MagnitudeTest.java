package io.edgeai.optimize.prune.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.prune.channels.ChannelGroup;
import io.edgeai.optimize.prune.channels.ChannelMap;
import io.edgeai.optimize.testing.GraphBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MagnitudeTest {
    private static ChannelMap map() {
        GraphBuilder b = new GraphBuilder(13, 6).input("x", -1, 2, 4, 4);
        b.conv("c", "x", 2, 5);
        b.conv("y", "c", 5, 3);
        OnnxGraph graph = b.output("y").graph();
        graph.initializers().put("longs", OnnxTensor.ofLongs(new long[] {1}, 1));
        return ChannelMap.of(graph);
    }

    @Test
    void everyWeightCountsForItsSlice() {
        ChannelMap map = map();
        float[] w = map.graph().initializers().get("y_w").floats();
        for (int axis = 0; axis < 4; axis++) {
            int[] sizes = {3, 5, 3, 3};
            double[] expected = new double[sizes[axis]];
            int at = 0;
            for (int m = 0; m < 3; m++) {
                for (int c = 0; c < 5; c++) {
                    for (int ky = 0; ky < 3; ky++) {
                        for (int kx = 0; kx < 3; kx++) {
                            int[] place = {m, c, ky, kx};
                            expected[place[axis]] += Math.abs(w[at++]);
                        }
                    }
                }
            }
            double[] sums = Magnitude.sums(map, "y_w", axis, Math::abs);
            assertThat(sums).as("axis " + axis).containsExactly(expected, within(1e-9));
        }
        assertThat(Magnitude.sums(map, "longs", 0, v -> v)).isEmpty();
        assertThat(Magnitude.sums(map, "none", 0, v -> v)).isEmpty();
    }

    @Test
    void sharesOfTheSquaresAddUpToOne() {
        ChannelMap map = map();
        int[] units = map.units("y_w", 1);
        Map<Integer, Integer> place = new java.util.HashMap<>();
        for (int i = 0; i < units.length; i++) {
            place.put(units[i], i);
        }
        double[] into = new double[5];
        Magnitude.add(map, "y_w", 1, place, into);
        double[] squares = Magnitude.sums(map, "y_w", 1, v -> v * v);
        double total = java.util.Arrays.stream(squares).sum();
        for (int i = 0; i < 5; i++) {
            assertThat(into[i]).isCloseTo(squares[i] / total, within(1e-12));
        }
    }

    @Test
    void aRankingOfAnotherWidthIsRefused() {
        ChannelGroup group = map().groups().get(0);
        List<Double> damage = List.of(0.0, 1.0, 2.0, 3.0, 4.0, 5.0);
        assertThat(new Ranking(group, group.units(), damage).order()).hasSize(5);
        assertThatThrownBy(() -> new Ranking(group, group.units().subList(0, 4), damage))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(c) has 4 units and 6 damages for a width of 5");
        assertThatThrownBy(() -> new Ranking(group, group.units(), damage.subList(0, 5)))
                .isInstanceOf(InvalidInputException.class);
    }
}
