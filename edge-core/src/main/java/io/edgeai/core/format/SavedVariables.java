package io.edgeai.core.format;

import io.edgeai.core.format.VariablesIndex.Variable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sorts the tensors of a checkpoint into a model's weights and what only its training needed. Not thread-safe. */
final class SavedVariables {
    private static final int MOST_LISTED = 40;
    private static final String SUFFIX = "/.ATTRIBUTES/VARIABLE_VALUE";

    /** Where Keras and tf.train.Checkpoint put counters, metrics and an optimizer's own numbers. */
    private static final Pattern TRAINING =
            Pattern.compile("(_?optimizer|save_counter|keras_api|loss_tracker|_?metrics)(/.*)?"
                    + "|.*\\.OPTIMIZER_SLOT/.*|(.*/)?(global_step|beta[12]_power)");

    /** Slots of TensorFlow 1: the variable's name and the optimizer's. */
    private static final Pattern SLOT = Pattern.compile("(.+)/(Adam|Momentum|RMSProp|Adagrad|Adadelta|Ftrl)(_1)?");

    private final LongTable names = new LongTable();
    private final StringBuilder listed = new StringBuilder();
    private int weights;
    private int others;
    private long parameters;
    private long bytes;

    void add(Variable variable) {
        String name = variable.name().endsWith(SUFFIX)
                ? variable.name().substring(0, variable.name().length() - SUFFIX.length())
                : variable.name();
        Matcher slot = SLOT.matcher(name);
        if (!Weights.learned(variable.type())
                || TRAINING.matcher(name).matches()
                || slot.matches() && names.get(NameHashes.of(slot.group(1)), 0) > 0) {
            others++;
            return;
        }
        names.put(NameHashes.of(name), 1);
        long elements = Weights.elements(variable.shape());
        parameters = Weights.sum(parameters, elements);
        bytes = Weights.sum(bytes, variable.bytes());
        if (weights++ < MOST_LISTED) {
            listed.append(listed.isEmpty() ? "" : ", ")
                    .append(name)
                    .append(' ')
                    .append(variable.type())
                    .append(variable.shape().toString().replace(" ", ""));
        }
    }

    void report(Findings findings) {
        findings.weight(parameters, bytes);
        findings.note("variables", weights + (others == 0 ? "" : ", and " + others + " that only training needs"));
        findings.longNote(
                "weights", listed + (weights > MOST_LISTED ? " and " + (weights - MOST_LISTED) + " more" : ""));
    }
}
