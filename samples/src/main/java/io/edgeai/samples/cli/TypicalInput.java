package io.edgeai.samples.cli;

import io.edgeai.core.format.ModelInspector;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.samples.bench.SyntheticInputs;
import io.edgeai.samples.inference.InputBinding;
import io.edgeai.samples.inference.InputData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The input that a command measures a model on. */
final class TypicalInput {
    @Option(
            names = {"-i", "--input"},
            arity = "1..*",
            paramLabel = "[NAME=]FILE",
            description = "A typical input; without it, seeded random data of the right shape.")
    private List<String> inputs = new ArrayList<>();

    @Option(names = "--batch", paramLabel = "N", defaultValue = "1", description = "Samples in one run (default: 1).")
    private int batch = 1;

    Map<String, Tensor> feed(OnnxGraph graph) {
        Signature signature = ModelInspector.signature(graph);
        return inputs.isEmpty()
                ? SyntheticInputs.of(signature, batch, 1)
                : InputBinding.of(signature, inputs, InputData.Reading.DEFAULT).firstRun(batch);
    }

    String data() {
        return inputs.isEmpty() ? "random" : String.join(" ", inputs);
    }
}
