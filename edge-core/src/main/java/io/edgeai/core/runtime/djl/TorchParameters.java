package io.edgeai.core.runtime.djl;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What {@code forward} takes: names of tensors in their order. Those with a default may be left out, from the last one on.
 * Where the file does not tell, tensors go in as the map holds them. Immutable.
 *
 * @param names all tensors
 * @param required how many of them have no default
 * @param known whether the file tells
 */
record TorchParameters(List<String> names, int required, boolean known) {
    TorchParameters {
        names = List.copyOf(names);
    }

    /**
     * @param declared as TorchScript writes them: {@code x: Tensor, mask: Optional[Tensor]=None}
     * @throws ModelFormatException where something that is no tensor has no default
     */
    static TorchParameters of(Path file, String declared) {
        List<String> names = new ArrayList<>();
        int required = 0;
        for (String one : split(declared)) {
            String name = one.substring(0, one.indexOf(':') < 0 ? one.length() : one.indexOf(':'))
                    .strip();
            String type =
                    one.substring(Math.min(one.length(), name.length() + 1)).strip();
            boolean optional = type.contains("=");
            boolean tensor = type.startsWith("Tensor") || type.startsWith("Optional[Tensor]");
            if (tensor) {
                names.add(name);
                required = optional ? required : names.size();
            } else if (optional) {
                break; // and so have all after it
            } else {
                throw new ModelFormatException("Model (" + file + ") takes (" + one + "), but only tensors can be fed."
                        + " Maybe wrap it in a module whose forward takes tensors.");
            }
        }
        return new TorchParameters(names, required, !declared.isEmpty());
    }

    private static List<String> split(String declared) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < declared.length(); i++) {
            char c = declared.charAt(i);
            depth += c == '[' ? 1 : c == ']' ? -1 : 0;
            if (c == ',' && depth == 0) {
                parts.add(declared.substring(from, i));
                from = i + 1;
            }
        }
        parts.add(declared.substring(from));
        return parts.stream().map(String::strip).filter(part -> !part.isEmpty()).toList();
    }

    /** @throws InvalidInputException for a missing or unknown one */
    void check(Map<String, Tensor> inputs) {
        if (!known) {
            return;
        }
        for (String given : inputs.keySet()) {
            if (!names.contains(given)) {
                throw new InvalidInputException("The model has no input (" + given + "). Maybe one of " + names + "?");
            }
        }
        boolean ended = false;
        for (int i = 0; i < names.size(); i++) {
            boolean here = inputs.containsKey(names.get(i));
            if (!here && i < required || here && ended) {
                String missing = here ? names.get(i - 1) : names.get(i);
                throw new InvalidInputException(
                        "Input (" + missing + ") is missing. Maybe add it to the map of inputs.");
            }
            ended |= !here;
        }
    }

    /** The names of what is fed, in the order of feeding. */
    List<String> order(Map<String, Tensor> inputs) {
        return known ? names.stream().filter(inputs::containsKey).toList() : List.copyOf(inputs.keySet());
    }
}
