package io.edgeai.samples.labelled;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.data.DataShape;
import java.util.HashMap;
import java.util.Map;

/** What labels in a file are called, and which class each is. Immutable. */
final class ClassNames {
    private final DataShape shape;
    private final Map<String, Integer> classes = new HashMap<>();

    ClassNames(DataShape shape) {
        this.shape = shape;
        for (int i = 0; i < shape.classes(); i++) {
            classes.put(
                    shape.classNames().isEmpty()
                            ? Integer.toString(i)
                            : shape.classNames().get(i),
                    i);
        }
    }

    /**
     * The class of a label as it is written.
     *
     * @param where it is, for the error
     * @throws InvalidInputException where the federation has no such class
     */
    int of(String label, String where) {
        Integer known = classes.get(label.strip());
        if (known != null) {
            return known;
        }
        if (label.isBlank()) {
            throw new InvalidInputException("There is no label " + where + ". Maybe remove the sample.");
        }
        throw new InvalidInputException(
                "Label (" + label.strip() + ") " + where + " is none of the federation's classes, "
                        + (shape.classNames().isEmpty()
                                ? "0 to " + (shape.classes() - 1)
                                        + ". Maybe labels count from 1, or the description should name its classes"
                                : shape.classNames() + ". Maybe it is misspelt, or the description lacks it")
                        + ".");
    }

    /** A number that was read as a label, as it would be written. */
    static String written(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Double.toString(number);
    }
}
