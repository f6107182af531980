package io.edgeai.samples.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.format.ModelInspector;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.core.onnx.cost.ModelCost;
import io.edgeai.core.onnx.shape.InputShapes;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.placement.cost.Calibration;
import io.edgeai.placement.cost.LatencyEstimator;
import io.edgeai.placement.cost.LatencyEstimator.Prediction;
import io.edgeai.placement.cost.LatencyEstimator.Sample;
import io.edgeai.samples.bench.PairedBench;
import io.edgeai.samples.bench.SyntheticInputs;
import io.edgeai.samples.data.JsonTensors;
import io.edgeai.samples.inference.ModelFile;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.samples.terminal.TextTable;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code edgeai place --estimate MODEL… [--measured MODEL…]}: predicts times of models from their graphs and measured ones. */
final class LatencyEstimates {
    private static final int ROUNDS = 10;

    private final Terminal terminal;
    private final Duration each;

    /** @param each time to measure a model */
    LatencyEstimates(Terminal terminal, Duration each) {
        this.terminal = terminal;
        this.each = each;
    }

    /**
     * One model.
     *
     * @param measured median time of a run, null where it was not run
     * @param predicted from the other measured models
     */
    record Line(Path model, @Nullable Double measured, Prediction predicted) {}

    /**
     * Measures some models and predicts each from the others, and the rest from all of them; where none is to be measured,
     * from five small generated ones.
     */
    void run(List<Path> measured, List<Path> unmeasured, boolean json) {
        List<ModelCost> costs =
                unmeasured.stream().map(path -> cost(graph(path))).toList();
        List<Sample> samples = measured.isEmpty()
                ? Calibration.measure(Engines.discover(), each)
                : measured.stream().map(this::sample).toList();
        List<Line> lines = new ArrayList<>();
        if (measured.size() > 1) {
            List<Prediction> byOthers = LatencyEstimator.leaveOneOut(samples);
            for (int i = 0; i < byOthers.size(); i++) {
                lines.add(new Line(measured.get(i), samples.get(i).millis(), byOthers.get(i)));
            }
        }
        Double error = lines.isEmpty() ? null : medianError(lines);
        LatencyEstimator fitted = LatencyEstimator.fit(samples);
        for (int i = 0; i < costs.size(); i++) {
            lines.add(new Line(unmeasured.get(i), null, fitted.predict(costs.get(i))));
        }
        if (json) {
            terminal.json(answer(lines, error));
        } else {
            print(lines, error);
        }
    }

    /** The median of {@code |predicted/measured − 1|} over the measured ones. */
    static double medianError(List<Line> lines) {
        double[] errors = lines.stream()
                .filter(line -> line.measured() != null)
                .mapToDouble(line -> Math.abs(error(line.predicted().millis(), line.measured())))
                .sorted()
                .toArray();
        int half = errors.length / 2;
        return errors.length % 2 == 1 ? errors[half] : (errors[half - 1] + errors[half]) / 2;
    }

    private static double error(double predicted, @Nullable Double measured) {
        return measured == null ? Double.NaN : predicted / measured - 1;
    }

    /** Cost of a run on the inputs that {@link #sample} measures with. */
    static ModelCost cost(OnnxGraph graph) {
        InputShapes shapes = InputShapes.declared().others(1);
        for (Map.Entry<String, Tensor> input : feed(graph).entrySet()) {
            shapes = shapes.input(input.getKey(), input.getValue().shape());
        }
        return CostModel.of(graph, shapes);
    }

    private static Map<String, Tensor> feed(OnnxGraph graph) {
        return SyntheticInputs.of(ModelInspector.signature(graph), 1, 1);
    }

    private static OnnxGraph graph(Path model) {
        return ModelFile.of(model).graph().graph();
    }

    /** One thread runs the model, so its processor time is the model's, whatever else runs on the machine. */
    private Sample sample(Path model) {
        OnnxGraph graph = graph(model);
        Map<String, Tensor> feed = feed(graph);
        Ticker processor = ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime;
        SessionOptions oneThread = SessionOptions.defaults().intraOpThreads(1);
        try (InferenceSession session = ModelFile.of(model).open(Engines.discover(), null, oneThread)) {
            PairedBench.Result result = new PairedBench(each, ROUNDS, 1, each.dividedBy(ROUNDS))
                    .run(List.of(() -> session.run(feed)), processor, Progress.NONE);
            return new Sample(cost(graph), result.figures().get(0).p50Micros() / 1e3);
        }
    }

    private void print(List<Line> lines, @Nullable Double error) {
        TextTable table = TextTable.of("model", "measured", "predicted", "nine of ten", "error");
        for (Line line : lines) {
            Double measured = line.measured();
            table.row(
                    line.model().getFileName(),
                    measured == null ? "-" : Figures.micros(1e3 * measured),
                    Figures.micros(1e3 * line.predicted().millis()),
                    Figures.micros(1e3 * line.predicted().lowMillis()) + " – "
                            + Figures.micros(1e3 * line.predicted().highMillis()),
                    measured == null
                            ? "-"
                            : String.format(
                                    Locale.ROOT,
                                    "%+.0f %%",
                                    100 * error(line.predicted().millis(), measured)));
        }
        table.print(terminal);
        if (error != null) {
            terminal.line(String.format(
                    Locale.ROOT, "each measured model predicted from the others: median error %.1f %%", 100 * error));
        }
    }

    private static ObjectNode answer(List<Line> lines, @Nullable Double error) {
        ObjectNode answer = JsonTensors.mapperForDocuments().createObjectNode().put("medianError", error);
        ArrayNode models = answer.putArray("models");
        for (Line line : lines) {
            models.addObject()
                    .put("model", line.model().toString())
                    .put("measuredMillis", line.measured())
                    .put("predictedMillis", line.predicted().millis())
                    .put("lowMillis", line.predicted().lowMillis())
                    .put("highMillis", line.predicted().highMillis());
        }
        return answer;
    }
}
