package io.edgeai.optimize.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PipelineSplitterTest {
    private static final Map<String, Tensor> SAMPLE = Map.of("x", Ort.tensor(new Random(1), 2, 3, 8, 8));

    private static PipelineSplitter.Builder quick() {
        return PipelineSplitter.builder().rounds(1).refinements(0);
    }

    @Test
    void tellsWhatItMeasured() {
        PipelineSplit split = quick().rounds(3).build().split(GraphBuilder.residualNet(13, 2), List.of(SAMPLE));

        assertThat(split.exact()).isTrue();
        assertThat(split.wholeMicros()).isPositive();
        assertThat(split.balance()).isBetween(1.0, 2.0);
        assertThat(split.stages().get(0).bytesSent()).isPositive();
        assertThat(split.stages().get(1).bytesSent()).isZero();
        assertThat(split.stages().get(1).outputs()).containsExactly("y");
        assertThat(split.explain())
                .contains("max/mean", "equal bit by bit", "bytes sent")
                .contains(split.stages().get(0).outputs().get(0));
    }

    @Test
    void balanceAndGainInClosedForm() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 2);
        PipelineStage slow = new PipelineStage(graph, List.of("x"), List.of("a"), 1, 30, 7);
        PipelineStage fast = new PipelineStage(graph, List.of("a"), List.of("y"), 1, 10, 0);
        PipelineSplit split = new PipelineSplit(
                List.of(slow, fast), List.of("y"), Kernels.ENGINE, SessionOptions.defaults(), false, 1e-7, 39, 28);

        assertThat(split.balance()).isEqualTo(1.5);
        assertThat(split.throughputGain()).isEqualTo(1.3);
        assertThat(split.explain()).contains("One node alone takes 28 micros", "largest difference 1.0E-7");
    }

    @Test
    void aModelWithoutEnoughPlacesIsRefused() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1, 3);
        b.node("Exp", "y", "x");
        OnnxGraph one = b.output("y", 2).graph();

        assertThatThrownBy(() -> quick().build().split(one, List.of(Map.of("x", Tensor.of(new float[3], 1, 3)))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(0) places")
                .hasMessageContaining("2 stages");
        assertThatThrownBy(() -> quick().build().split(one, List.of())).hasMessageContaining("(0)");
        assertThatThrownBy(() -> quick().stages(1)).hasMessageContaining("stages (1) must be 2 to 64");
        assertThatThrownBy(() -> quick().rounds(0)).hasMessageContaining("rounds (0)");
    }

    @Test
    void whatIsNoTensorIsNeverCut() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 2, 3);
        b.node("Exp", "e", "x");
        b.node("SplitToSequence", "list", "e").attribute("axis", 0).attribute("keepdims", 1);
        b.node("ConcatFromSequence", "y", "list").attribute("axis", 0);
        OnnxGraph graph = b.output("y", 2).graph();

        PipelineSplit split = quick().kernels(Kernels.PORTABLE)
                .build()
                .split(graph, List.of(Map.of("x", Tensor.of(new float[6], 2, 3))));

        assertThat(split.stages().get(0).outputs()).containsExactly("e");
        assertThat(split.exact()).isTrue();
    }

    @Test
    void constantsDeclaredAsInputsAreNotAskedFor() {
        OnnxGraph graph = GraphBuilder.residualNet(9, 4);
        graph.info().irVersion(3);
        graph.initializers()
                .forEach((name, tensor) -> graph.inputs().add(OnnxValue.tensor(name, tensor.type(), tensor.dims())));
        for (Kernels kernels : Kernels.values()) {
            PipelineSplit split = quick().kernels(kernels).build().split(graph, List.of(SAMPLE));
            assertThat(split.stages().get(0).inputs()).as("%s", kernels).containsExactly("x");
        }
    }

    @Test
    void anEngineThatDoesNotShowItsGraphCanStillBeSplitPortably() {
        InferenceRuntime plain = new Plain(Ort.runtime());
        OnnxGraph graph = GraphBuilder.residualNet(13, 2);

        assertThatThrownBy(() -> quick().runtime(plain).build().split(graph, List.of(SAMPLE)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(plain)")
                .hasMessageContaining("PORTABLE");
        PipelineSplit split =
                quick().runtime(plain).kernels(Kernels.PORTABLE).build().split(graph, List.of(SAMPLE));
        assertThat(split.largestDifference()).isLessThan(1e-5);
        assertThat(split.largestNodeMicros()).isPositive();
    }

    private record Plain(InferenceRuntime engine) implements InferenceRuntime {
        @Override
        public String name() {
            return "plain";
        }

        @Override
        public Set<ModelFormat> formats() {
            return engine.formats();
        }

        @Override
        public int rank() {
            return 1;
        }

        @Override
        public Availability availability() {
            return engine.availability();
        }

        @Override
        public InferenceSession open(Path model, SessionOptions options) {
            return engine.open(model, options);
        }

        @Override
        public InferenceSession open(byte[] model, SessionOptions options) {
            return engine.open(model, options);
        }
    }

    @Test
    void aSlowLinkIsCutWhereLittleIsSent() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1, 64);
        b.weight("wide", 0.1, 64, 4096).weight("narrow", 0.1, 4096, 8).weight("again", 0.1, 8, 4096);
        b.node("MatMul", "big", "x", "wide");
        b.node("MatMul", "small", "big", "narrow");
        b.node("MatMul", "bigger", "small", "again");
        b.node("Relu", "y", "bigger");
        OnnxGraph graph = b.output("y", 2).graph();

        PipelineSplit split = quick().link(Link.of(0.001, 0))
                .build()
                .split(graph, List.of(Map.of("x", Ort.tensor(new Random(3), 1, 64))));

        assertThat(split.stages().get(0).outputs()).containsExactly("small");
        assertThat(split.stages().get(0).bytesSent()).isEqualTo(32);
    }

    @Test
    void canBeCancelled() {
        Progress cancelling = new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return true;
            }
        };
        assertThatThrownBy(() ->
                        quick().progress(cancelling).build().split(GraphBuilder.residualNet(13, 2), List.of(SAMPLE)))
                .isInstanceOf(OperationCancelledException.class);
    }

    @Test
    void integersCrossUnchanged() {
        GraphBuilder b = new GraphBuilder(13, 1).idInput("ids", 1, 5);
        b.weight("table", 1, 10, 16).constant("two", OnnxTensor.scalar(2L));
        b.node("Mul", "twice", "ids", "two");
        b.node("Mod", "wrapped", "twice", "ten");
        b.constant("ten", OnnxTensor.scalar(10L));
        b.node("Gather", "rows", "table", "wrapped");
        OnnxNode sum = b.node("ReduceSum", "y", "rows");
        assertThat(sum.op()).isEqualTo("ReduceSum");
        OnnxGraph graph = b.output("y").graph();

        PipelineSplit split = quick().stages(4)
                .build()
                .split(graph, List.of(Map.of("ids", Tensor.of(new long[] {0, 1, 2, 3, 4}, 1, 5))));

        assertThat(split.exact()).isTrue();
        assertThat(split.stages().get(1).graph().inputs().get(0).type())
                .isInstanceOfSatisfying(io.edgeai.core.onnx.OnnxType.OfTensor.class, type -> assertThat(type.element())
                        .isEqualTo(ElementType.INT64));
    }

    @Test
    void nodesThatNobodyNeedsMakeNoStage() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1, 8);
        b.node("Exp", "a", "x");
        b.node("Abs", "idle", "x");
        b.node("Neg", "idler", "idle");
        b.node("Tanh", "y", "a");
        OnnxGraph graph = b.output("y", 2).graph();
        PipelineSplit split = quick().kernels(Kernels.PORTABLE)
                .build()
                .split(graph, List.of(Map.of("x", Ort.tensor(new Random(2), 1, 8))));
        assertThat(split.stages().stream().flatMap(stage -> stage.graph().nodes().stream()))
                .extracting(OnnxNode::op)
                .containsExactly("Exp", "Tanh");
        assertThatThrownBy(() -> quick().kernels(Kernels.PORTABLE)
                        .stages(3)
                        .build()
                        .split(graph, List.of(Map.of("x", Ort.tensor(new Random(2), 1, 8)))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(1) places, too few for 3 stages");
    }
}
