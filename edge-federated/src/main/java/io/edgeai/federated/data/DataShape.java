package io.edgeai.federated.data;

import io.edgeai.core.error.InvalidInputException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What all sites of a federation agree that their samples look like: how many values, how many classes, and what they are
 * called where that is agreed too. Immutable and thread-safe.
 *
 * @param features values of one sample, at least 1
 * @param featureNames their names in the model's order; empty where they have none
 * @param classes at least 2
 * @param classNames their names, class 0 first; empty where classes are numbers from 0 on
 */
public record DataShape(int features, List<String> featureNames, int classes, List<String> classNames) {
    public DataShape {
        featureNames = List.copyOf(featureNames);
        classNames = List.copyOf(classNames);
        if (features < 1 || classes < 2) {
            throw new InvalidInputException(
                    "Samples of (" + features + ") features and (" + classes + ") classes need at least 1 and 2.");
        }
        check("feature", featureNames, features);
        check("class", classNames, classes);
    }

    /** Without names. */
    public static DataShape of(int features, int classes) {
        return new DataShape(features, List.of(), classes, List.of());
    }

    private static void check(String what, List<String> names, int count) {
        if (!names.isEmpty() && names.size() != count) {
            throw new InvalidInputException("(" + names.size() + ") names of a " + what + " do not fit " + count + ".");
        }
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (name.isBlank() || !seen.add(name)) {
                throw new InvalidInputException(
                        "The name (" + name + ") of a " + what + " is blank or occurs twice. Maybe it is misspelt.");
            }
        }
    }

    /** @throws InvalidInputException saying whose samples do not fit, and how */
    public void require(LabelledSet set, String whose) {
        if (set.features() != features || set.classes() != classes) {
            throw new InvalidInputException(
                    "The data of (" + whose + ") are (" + set + "), the federation's samples have " + features
                            + " features and " + classes + " classes. Maybe a column is missing or is no feature.");
        }
    }
}
