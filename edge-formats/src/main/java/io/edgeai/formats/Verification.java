package io.edgeai.formats;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * How a conversion's answers compare with a reference's on the same inputs: the engine that runs the original format, or
 * answers that were recorded where the model was trained.
 *
 * @param reference what the conversion was compared with: an engine and its version, or what else gave the answers
 * @param runs inputs compared
 * @param outputs one entry an output that both have
 */
public record Verification(String reference, int runs, List<Difference> outputs) {
    private static final InferenceRuntime.Availability NOT_FOR_IT = new InferenceRuntime.Availability(false, "");

    public Verification {
        outputs = List.copyOf(outputs);
    }

    /**
     * One output over all runs.
     *
     * @param output its name in the conversion
     * @param elements values compared
     * @param largest largest absolute difference of two numbers; infinite where one is NaN and the other is not
     * @param relative that, by the largest magnitude of the reference or 1
     * @param labels texts that differ
     */
    public record Difference(String output, long elements, double largest, double relative, long labels) {}

    /** Whether all numbers agree to a relative bound, and all texts. */
    public boolean within(double bound) {
        return outputs.stream().allMatch(each -> each.labels() == 0 && each.relative() <= bound);
    }

    /**
     * Runs the conversion beside an engine that runs the original itself: the library of the format's own makers where
     * it is here and takes the model ({@link Engines#referenceFor}), else the engine of highest rank that takes it.
     * {@link #reference()} says which, and why a better one was passed over.
     *
     * @param original file or folder
     * @param converted answers of the conversion
     * @throws RuntimeUnavailableException where no engine here runs the original; the message names what to add
     * @throws InvalidInputException as for {@link #of}
     */
    public static Verification byEngine(
            Engines engines,
            ModelFormat format,
            Path original,
            UnaryOperator<Map<String, Tensor>> converted,
            List<Map<String, Tensor>> inputs) {
        List<InferenceRuntime> candidates = new ArrayList<>(engines.all());
        engines.referenceFor(format).ifPresent(first -> {
            candidates.remove(first);
            candidates.add(0, first);
        });
        StringBuilder passedOver = new StringBuilder();
        for (InferenceRuntime engine : candidates) {
            InferenceRuntime.Availability here = engine.formats().contains(format) ? engine.availability() : NOT_FOR_IT;
            if (!here.usable()) {
                continue;
            }
            try (InferenceSession session = engine.open(original, SessionOptions.defaults())) {
                return of(engine.name() + " " + here.detail() + passedOver, converted, session::run, inputs);
            } catch (ModelFormatException | UnsupportedOperatorException e) {
                passedOver
                        .append("; ")
                        .append(engine.name())
                        .append(" refused it: ")
                        .append(e.getMessage());
            }
        }
        List<String> missing = engines.missingFor(format);
        throw new RuntimeUnavailableException("Nothing here runs models of format (" + format.displayName()
                + ") themselves, so there is nothing to verify the conversion by" + passedOver + ". Maybe "
                + (missing.isEmpty() ? "" : "add the dependency " + String.join(", or ", missing) + ", or ")
                + "name answers recorded where the model was trained (edgeai convert --expected).");
    }

    /**
     * Runs both on every input.
     *
     * @param source what the reference is
     * @param converted answers of the conversion
     * @param reference answers to compare with; an output of another name is taken where each has only one
     * @throws InvalidInputException where there are no inputs, no output in common, or outputs of different sizes
     */
    public static Verification of(
            String source,
            UnaryOperator<Map<String, Tensor>> converted,
            UnaryOperator<Map<String, Tensor>> reference,
            List<Map<String, Tensor>> inputs) {
        Map<String, Sum> sums = new LinkedHashMap<>();
        for (Map<String, Tensor> input : inputs) {
            Map<String, Tensor> found = converted.apply(input);
            Map<String, Tensor> wanted = reference.apply(input);
            boolean single = found.size() == 1 && wanted.size() == 1;
            found.forEach((name, tensor) -> {
                Tensor other = single ? wanted.values().iterator().next() : wanted.get(name);
                if (other != null) {
                    sums.computeIfAbsent(name, Sum::new).add(tensor, other);
                }
            });
            if (sums.isEmpty()) {
                throw new InvalidInputException("The conversion answers (" + found.keySet() + ") and the reference ("
                        + wanted.keySet() + "). Maybe name the outputs alike.");
            }
        }
        if (inputs.isEmpty()) {
            throw new InvalidInputException("There are (0) inputs to verify on. Maybe give one typical input.");
        }
        return new Verification(
                source,
                inputs.size(),
                sums.values().stream().map(Sum::difference).toList());
    }

    private static final class Sum {
        private final String output;
        private long elements;
        private double largest;
        private double peak = 1;
        private long labels;

        Sum(String output) {
            this.output = output;
        }

        void add(Tensor found, Tensor wanted) {
            if (found.elements() != wanted.elements()) {
                throw new InvalidInputException("Output (" + output + ") is " + found + " and the reference's is "
                        + wanted + ". Maybe the inputs are cut into other runs.");
            }
            elements += found.elements();
            if (found.type() == ElementType.STRING || wanted.type() == ElementType.STRING) {
                List<String> a = texts(found);
                List<String> b = texts(wanted);
                for (int i = 0; i < a.size(); i++) {
                    labels += a.get(i).equals(b.get(i)) ? 0 : 1;
                }
                return;
            }
            double[] a = numbers(found);
            double[] b = numbers(wanted);
            for (int i = 0; i < a.length; i++) {
                boolean same = a[i] == b[i] || (Double.isNaN(a[i]) && Double.isNaN(b[i]));
                double apart = same ? 0 : Math.abs(a[i] - b[i]);
                largest = Math.max(largest, Double.isNaN(apart) ? Double.POSITIVE_INFINITY : apart);
                peak = Double.isFinite(b[i]) ? Math.max(peak, Math.abs(b[i])) : peak;
            }
        }

        Difference difference() {
            return new Difference(output, elements, largest, largest / peak, labels);
        }

        private static List<String> texts(Tensor tensor) {
            if (tensor.type() == ElementType.STRING) {
                return Arrays.asList(tensor.strings());
            }
            List<String> texts = new ArrayList<>();
            for (double value : numbers(tensor)) {
                texts.add(value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value));
            }
            return texts;
        }

        private static double[] numbers(Tensor tensor) {
            double[] values = new double[Math.toIntExact(tensor.elements())];
            var bytes = tensor.buffer();
            for (int i = 0; i < values.length; i++) {
                values[i] = switch (tensor.type()) {
                    case FLOAT -> bytes.getFloat(4 * i);
                    case DOUBLE -> bytes.getDouble(8 * i);
                    case INT64 -> bytes.getLong(8 * i);
                    case INT32 -> bytes.getInt(4 * i);
                    case INT16 -> bytes.getShort(2 * i);
                    case UINT16 -> bytes.getShort(2 * i) & 0xffff;
                    case INT8 -> bytes.get(i);
                    case UINT8, BOOL -> bytes.get(i) & 0xff;
                    default ->
                        throw new InvalidInputException(
                                "Outputs of type (" + tensor.type() + ") cannot be compared. Maybe cast them.");
                };
            }
            return values;
        }
    }
}
