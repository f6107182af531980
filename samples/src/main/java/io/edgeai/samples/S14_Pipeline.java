package io.edgeai.samples;

import io.edgeai.EdgeAI;
import io.edgeai.core.ensemble.Ensembles;
import io.edgeai.core.ensemble.ModelGraph;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.processor.Activation;
import io.edgeai.core.remote.GrpcInferenceServer;
import io.edgeai.core.remote.RemoteSession;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.samples.convnet.SmallConvNet;
import io.edgeai.samples.shapes.DrawnDigits;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Several sessions as one: two networks that answer together with a step before and behind them, one network as two stages,
 * and a network asked over gRPC. All are sessions, so that all are served alike. The networks are not trained.
 */
public final class S14_Pipeline {
    private static final int SIDE = 20;

    private S14_Pipeline() {}

    public static void main(String[] args) throws IOException {
        run(Files.createTempDirectory("edgeai-s14"), Terminal.system());
    }

    /** What each way answered to the same image: {@code ensemble}, {@code whole}, {@code staged}, {@code remote}. */
    static Map<String, float[]> run(Path home, Terminal terminal) {
        float[] image = DrawnDigits.defaults().draw(1, 3).image(0);
        try (EdgeAI edge = EdgeAI.builder().home(home).build()) {
            ModelVersion one = digits(edge, "one", 7);
            ModelVersion two = digits(edge, "two", 8);

            float[] together;
            try (ModelGraph graph = probabilities(edge, one, two)) {
                together = graph.predict(image, 0);
                terminal.line("steps " + graph.steps() + " -> " + Arrays.toString(together));
            }

            Map<String, Tensor> sample = Map.of("image", Tensor.of(image, 1, 1, SIDE, SIDE));
            try (ModelEndpoint whole = edge.serve("one", s -> s.split(one, 1).noDeadline());
                    ModelEndpoint staged = edge.serve(
                            "one", s -> s.split(one, 1).stages(2, sample).noDeadline());
                    InferenceSession local = edge.open(one);
                    GrpcInferenceServer server =
                            GrpcInferenceServer.builder().model("one", local).start();
                    RemoteSession remote = RemoteSession.builder()
                            .port(server.port())
                            .model("one")
                            .connectWithin(Duration.ofMinutes(1))
                            .open()) {
                Map<String, float[]> answers = Map.of(
                        "ensemble", together,
                        "whole", whole.predict(image),
                        "staged", staged.predict(image),
                        "remote", remote.predict(image, 0));
                for (String way : List.of("staged", "remote")) {
                    boolean equal = Arrays.equals(answers.get("whole"), answers.get(way));
                    terminal.line(way + " answers as the whole: " + equal);
                }
                return answers;
            }
        }
    }

    private static ModelVersion digits(EdgeAI edge, String name, long seed) {
        return edge.registry().register(name, OnnxWriter.toBytes(new SmallConvNet(SIDE, 10, seed).toOnnx()), r -> {});
    }

    /** The mean of both networks' scores as probabilities; the networks run at the same time. */
    private static ModelGraph probabilities(EdgeAI edge, ModelVersion one, ModelVersion two) {
        ModelGraph mean = Ensembles.averaging(List.of(edge.open(one), edge.open(two)))
                .parallel(1)
                .build();
        TensorSpec scores = mean.signature().outputs().get(0);
        return ModelGraph.builder()
                .input(mean.signature().inputs().get(0))
                .step("networks", mean)
                .step(
                        "softmax",
                        tensors -> {
                            Tensor logits = Objects.requireNonNull(tensors.get(scores.name()));
                            float[] shares = Activation.SOFTMAX.apply(logits.floats());
                            return Map.of("probabilities", Tensor.of(shares, logits.shape()));
                        },
                        w -> w.input(scores.name())
                                .output(new TensorSpec("probabilities", ElementType.FLOAT, scores.shape())))
                .output("probabilities")
                .build();
    }
}
