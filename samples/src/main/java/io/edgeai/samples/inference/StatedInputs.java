package io.edgeai.samples.inference;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.format.ModelInspector;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Inputs of a model whose engine knows neither types nor shapes, as TorchScript's: the files' own count. */
public final class StatedInputs {
    private StatedInputs() {}

    /**
     * Files without a name go to the parameters of the model's header in their order.
     *
     * @param arguments each {@code file} or {@code input=file}
     * @throws InvalidInputException where a file has no name and the header none left
     */
    public static InputBinding bind(ModelFile model, List<String> arguments, InputData.Reading how) {
        String header = ModelInspector.inspect(model.path()).metadata().getOrDefault("inputs", "");
        List<String> names = Arrays.stream(header.split(","))
                .map(one -> one.replaceFirst(":.*", "").strip())
                .filter(one -> !one.isEmpty())
                .toList();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            boolean named = equals > 0 && !Files.exists(Path.of(argument));
            InputData data =
                    InputData.read(Path.of(argument.substring(named ? equals + 1 : 0)), how, Set.copyOf(names));
            if (!named && data instanceof InputData.Named several) {
                tensors.putAll(several.byName());
                continue;
            }
            String name = named
                    ? argument.substring(0, equals)
                    : names.stream()
                            .filter(one -> !tensors.containsKey(one))
                            .findFirst()
                            .orElseThrow(() -> new InvalidInputException("Argument (" + argument
                                    + ") has no input left to feed; the model takes (" + header
                                    + "). Maybe write NAME=" + argument + "."));
            tensors.put(name, tensor(argument, data));
        }
        List<TensorSpec> specs = tensors.entrySet().stream()
                .map(each -> new TensorSpec(
                        each.getKey(),
                        each.getValue().type(),
                        Arrays.stream(each.getValue().shape()).mapToObj(Dim::of).toList()))
                .toList();
        return InputBinding.of(new Signature(specs, List.of()), tensors);
    }

    private static Tensor tensor(String argument, InputData data) {
        if (data instanceof InputData.Single single) {
            return single.tensor();
        }
        if (data instanceof InputData.Table table) {
            return table.table().matrix(true);
        }
        if (data instanceof InputData.Named several && several.byName().size() == 1) {
            return several.byName().values().iterator().next();
        }
        throw new InvalidInputException("Argument (" + argument + ") holds several arrays. Maybe leave out its name.");
    }
}
