package io.edgeai.samples.inference;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.format.Ability;
import io.edgeai.core.format.ModelInspection;
import io.edgeai.core.format.ModelInspector;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.core.onnx.cost.ModelCost;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.formats.ModelImporters;
import io.edgeai.formats.spi.ImportedModel;
import io.edgeai.optimize.advice.Advisor;
import io.edgeai.optimize.advice.Recommendation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a model is and what can be done with it here, found without running it. Of a format that neither is ONNX nor has
 * an importer, only what its header tells is known.
 *
 * @param format its format's name
 * @param variant which of the format's forms; empty where there is only one
 * @param version the version of the format and of operator sets, as the file states them; empty where not stated
 * @param producer the tool that wrote it, empty where it does not say
 * @param sizeBytes bytes of all its files
 * @param inputs name, type and shape of each, or the kind of what is no tensor; empty where not known
 * @param outputs the same of what comes back
 * @param parameters elements of all weights, null where not known
 * @param weightBytes bytes of all weights, null where not known
 * @param cost work and memory of one run with open dimensions taken as 1, null without a graph
 * @param operators how often each operator, layer or estimator of the file itself occurs, nested graphs included
 * @param convertedOperators how often each ONNX operator occurs after conversion; empty without one
 * @param abilities what can be done with it on this machine, and why or why not
 * @param advice what could make it smaller or faster, most promising first
 * @param metadata further notes of the file
 * @param notes what is unusual, was not looked at, or what conversion made of its parts
 */
public record Inspection(
        String format,
        String variant,
        String version,
        String producer,
        long sizeBytes,
        List<String> inputs,
        List<String> outputs,
        @Nullable Long parameters,
        @Nullable Long weightBytes,
        @Nullable Cost cost,
        Map<String, Integer> operators,
        Map<String, Integer> convertedOperators,
        List<Ability> abilities,
        List<String> advice,
        Map<String, String> metadata,
        List<String> notes) {
    public Inspection {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        operators = Collections.unmodifiableMap(new TreeMap<>(operators));
        convertedOperators = Collections.unmodifiableMap(new TreeMap<>(convertedOperators));
        abilities = List.copyOf(abilities);
        advice = List.copyOf(advice);
        metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
        notes = List.copyOf(notes);
    }

    /**
     * What one run costs.
     *
     * @param macs multiply-accumulate operations
     * @param flops operations: 2 for each MAC, 1 for each other
     * @param peakActivationBytes the most bytes of inputs, intermediate values and outputs alive at once
     * @param guessedValues values whose shape is not known before a run; they count as one element
     */
    public record Cost(long macs, long flops, long peakActivationBytes, int guessedValues) {}

    /** @throws io.edgeai.core.error.ModelFormatException where the file is no readable model */
    public static Inspection of(ModelFile model, Engines engines) {
        ModelInspection header = ModelInspector.inspect(model.path());
        boolean importable = ModelImporters.discover().formats().contains(model.format());
        boolean graph = model.format() == ModelFormat.ONNX || importable;
        ImportedModel imported = null;
        String refused = "";
        try {
            imported = graph ? model.graph() : null;
        } catch (UnsupportedOperatorException e) {
            refused = String.valueOf(e.getMessage()); // its header was readable: listed with the reason
        }
        Signature signature = imported == null ? header.signature() : ModelInspector.signature(imported.graph());
        ModelCost cost = imported == null ? null : CostModel.of(imported.graph());
        boolean foreign = imported != null && model.format() != ModelFormat.ONNX;
        // What an importer reads whole needs no warning that its header tells little.
        List<String> notes = new ArrayList<>(foreign ? List.of() : header.warnings());
        if (!refused.isEmpty()) {
            notes.add("not convertible: " + refused);
        }
        Map<String, Integer> converted = new TreeMap<>();
        if (imported != null && foreign) {
            notes.addAll(imported.notes());
            imported.graph().nodes().forEach(node -> converted.merge(node.op(), 1, Integer::sum));
        }
        return new Inspection(
                header.format().displayName(),
                header.variant(),
                version(header),
                imported == null || imported.producer().isEmpty() ? header.producer() : imported.producer(),
                header.sizeBytes(),
                describe(signature.inputs(), header, imported == null, "input"),
                describe(signature.outputs(), header, imported == null, "output"),
                known(header.parameters()),
                known(header.weightBytes()),
                cost == null
                        ? null
                        : new Cost(cost.macs(), cost.flops(), cost.peakActivationBytes(), cost.guessedValues()),
                header.operators(),
                converted,
                abilities(header, importable, !refused.isEmpty(), engines),
                imported == null
                        ? List.of()
                        : Advisor.of(imported.graph()).stream()
                                .map(Recommendation::toString)
                                .toList(),
                header.metadata(),
                notes);
    }

    private static @Nullable Long known(long stated) {
        return stated >= 0 ? (Long) stated : null;
    }

    private static String version(ModelInspection header) {
        StringBuilder version = new StringBuilder(header.formatVersion());
        header.opsets().forEach((domain, number) -> version.append(version.isEmpty() ? "" : ", ")
                .append("opset ")
                .append(domain.isEmpty() ? "ai.onnx" : domain)
                .append(' ')
                .append(number));
        return version.toString();
    }

    /** Tensors, and of a file that was not converted also what its header says of values that are none. */
    private static List<String> describe(
            List<TensorSpec> specs, ModelInspection header, boolean fromHeader, String what) {
        List<String> lines = new ArrayList<>();
        specs.forEach(spec -> lines.add(spec.toString()));
        if (fromHeader) {
            header.metadata().forEach((key, value) -> {
                if (key.startsWith(what + " ")) {
                    lines.add(key.substring(what.length() + 1) + ": " + value);
                }
            });
            String stated = header.metadata().getOrDefault(what + "s", "");
            if (lines.isEmpty() && !stated.isEmpty()) {
                lines.add(stated);
            }
        }
        return lines;
    }

    /** The abilities of the format, corrected by the engines and importers that are here. */
    private static List<Ability> abilities(
            ModelInspection header, boolean importable, boolean refused, Engines engines) {
        List<Ability> abilities = new ArrayList<>();
        for (Ability stated : header.abilities()) {
            boolean onnx = header.format() == ModelFormat.ONNX;
            InferenceRuntime direct = stated.what().equals("run") ? runtime(engines, header) : null;
            if (direct != null) {
                abilities.add(new Ability("run", true, "with " + direct.name()));
            } else if (onnx && stated.what().equals("run")) {
                abilities.add(new Ability("run", false, "no engine for ONNX is usable; see 'edgeai doctor'"));
            } else if (onnx) {
                abilities.add(stated);
            } else if (refused) {
                abilities.add(new Ability(stated.what(), false, "it cannot be converted; the notes say why"));
            } else if (importable) {
                abilities.add(new Ability(
                        stated.what(),
                        true,
                        stated.what().equals("convert")
                                ? "to ONNX"
                                : "after conversion to ONNX"
                                        + (stated.what().equals("run") ? natively(header, engines) : "")));
            } else if (header.can("convert")) {
                abilities.add(new Ability(
                        stated.what(),
                        false,
                        "this version converts no " + header.format().displayName()
                                + "; export the model to ONNX where it was made"
                                + (stated.what().equals("run") ? natively(header, engines) : "")));
            } else {
                abilities.add(stated);
            }
        }
        return abilities;
    }

    /** Engines of a format run those of its forms that hold a graph. */
    private static boolean holdsGraph(ModelInspection header) {
        return switch (header.format()) {
            case PYTORCH -> header.variant().startsWith("TorchScript");
            case TENSORFLOW -> header.variant().equals("SavedModel");
            default -> true;
        };
    }

    private static String natively(ModelInspection header, Engines engines) {
        List<String> missing = engines.missingFor(header.format());
        return missing.isEmpty() || !holdsGraph(header)
                ? ""
                : "; itself with the dependency " + String.join(", or ", missing);
    }

    private static @Nullable InferenceRuntime runtime(Engines engines, ModelInspection header) {
        ModelFormat format = header.format();
        if (!holdsGraph(header)) {
            return null;
        }
        return engines.all().stream()
                .filter(engine -> engine.formats().contains(format)
                        && engine.availability().usable())
                .findFirst()
                .orElse(null);
    }
}
