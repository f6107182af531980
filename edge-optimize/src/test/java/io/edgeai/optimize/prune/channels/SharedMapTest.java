package io.edgeai.optimize.prune.channels;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.testing.GraphBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A map is shared by callers that each remove something else. */
class SharedMapTest {
    private static final int WIDTH = 8;

    /** Channels that are reshaped over and over: every shape is a number that a removal changes for itself. */
    private static OnnxGraph reshapes() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 2, 4);
        b.weight("w", 1, 4, WIDTH).weight("y_w", 1, WIDTH, 2);
        b.node("MatMul", "v0", "x", "w");
        for (int i = 0; i < 40; i++) {
            b.longs("s" + i, i % 2 == 0 ? new long[] {1, 2, WIDTH} : new long[] {2, WIDTH});
            b.node("Reshape", "v" + (i + 1), "v" + i, "s" + i);
        }
        b.node("MatMul", "y", "v40", "y_w");
        return b.output("y").graph();
    }

    private static List<Long> widths(OnnxGraph graph) {
        return graph.nodes().stream()
                .filter(node -> node.op().equals("Reshape"))
                .map(node -> {
                    long[] shape = graph.initializers().get(node.input(1)).longs();
                    return shape[shape.length - 1];
                })
                .distinct()
                .toList();
    }

    @Test
    void callersAtTheSameTimeGetWhatEachWouldGetAlone() throws Exception {
        ChannelMap map = ChannelMap.of(reshapes());
        List<Integer> units = map.groups().get(0).units();
        ExecutorService callers = Executors.newFixedThreadPool(4);
        try {
            List<Callable<OnnxGraph>> calls = new ArrayList<>();
            for (int i = 0; i < 600; i++) {
                List<Integer> gone = units.subList(0, 1 + i % (WIDTH - 1));
                calls.add(() -> map.without(ChannelMap.set(gone)));
            }
            List<Future<OnnxGraph>> answers = callers.invokeAll(calls);
            for (int i = 0; i < answers.size(); i++) {
                assertThat(widths(answers.get(i).get()))
                        .as("call " + i)
                        .containsExactly((long) WIDTH - 1 - i % (WIDTH - 1));
            }
        } finally {
            callers.shutdownNow();
        }
    }
}
