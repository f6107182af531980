package io.edgeai.samples.cli;

import io.edgeai.core.format.ModelInspector;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.formats.Verification;
import io.edgeai.samples.inference.InputBinding;
import io.edgeai.samples.inference.InputData;
import io.edgeai.samples.inference.ModelFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs a conversion beside the engine of its own format, or beside recorded answers. */
final class ConversionCheck {
    private ConversionCheck() {}

    static Verification run(ModelFile file, OnnxGraph graph, List<String> inputs, List<String> expected) {
        Signature signature = ModelInspector.signature(graph);
        Map<String, Tensor> feed =
                InputBinding.of(signature, inputs, InputData.Reading.DEFAULT).firstRun(Integer.MAX_VALUE);
        Engines engines = Engines.discover();
        try (InferenceSession converted =
                engines.forFormat(ModelFormat.ONNX).open(OnnxWriter.toBytes(graph), SessionOptions.defaults())) {
            if (!expected.isEmpty()) {
                Map<String, Tensor> recorded = recorded(expected, converted.signature());
                return Verification.of("recorded answers", converted::run, any -> recorded, List.of(feed));
            }
            return Verification.byEngine(engines, file.format(), file.path(), converted::run, List.of(feed));
        }
    }

    private static Map<String, Tensor> recorded(List<String> arguments, Signature signature) {
        Map<String, Tensor> recorded = new LinkedHashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            boolean named = equals > 0 && !Files.exists(Path.of(argument));
            InputData data = InputData.read(
                    Path.of(argument.substring(named ? equals + 1 : 0)), InputData.Reading.DEFAULT, Set.of());
            String name = named
                    ? argument.substring(0, equals)
                    : signature
                            .outputs()
                            .get(Math.min(recorded.size(), signature.outputs().size() - 1))
                            .name();
            if (data instanceof InputData.Named several) {
                recorded.putAll(several.byName());
            } else if (data instanceof InputData.Single single) {
                recorded.put(name, single.tensor());
            } else if (data instanceof InputData.Table table) {
                recorded.put(
                        name,
                        table.table().columns().size() == 1
                                ? table.table().columns().get(0).tensor()
                                : table.table().matrix(false));
            }
        }
        return recorded;
    }
}
