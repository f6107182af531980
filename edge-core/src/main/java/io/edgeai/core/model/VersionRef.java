package io.edgeai.core.model;

import io.edgeai.core.error.InvalidInputException;

/**
 * Points at one version of one model; written {@code name@number}.
 *
 * @param model the model
 * @param number the version, counting from 1; never reused
 */
public record VersionRef(ModelId model, int number) implements Comparable<VersionRef> {
    public VersionRef {
        if (number < 1) {
            throw new InvalidInputException("Version number (" + number + ") of model (" + model
                    + ") is below 1. Maybe use a number that registration returned.");
        }
    }

    public static VersionRef of(String model, int number) {
        return new VersionRef(ModelId.of(model), number);
    }

    /** Parses {@code name@number} as {@link #toString} writes it: no sign, no leading zero, ASCII digits. */
    public static VersionRef parse(String text) {
        int at = text.lastIndexOf('@');
        if (at > 0) {
            try {
                VersionRef ref = of(text.substring(0, at), Integer.parseInt(text.substring(at + 1)));
                if (ref.toString().equals(text)) {
                    return ref;
                }
            } catch (NumberFormatException e) {
                throw new InvalidInputException(
                        "Version reference (" + text + ") has no number after '@'. Maybe write name@1.", e);
            }
        }
        throw new InvalidInputException(
                "Version reference (" + text + ") is not of the form name@number. Maybe write name@1.");
    }

    @Override
    public int compareTo(VersionRef other) {
        int byModel = model.compareTo(other.model);
        return byModel != 0 ? byModel : Integer.compare(number, other.number);
    }

    /** Spread, since numbers and the hashes of similar names both follow each other. */
    @Override
    public int hashCode() {
        return model.hashCode() * 0x9E3779B1 + number;
    }

    @Override
    public String toString() {
        return model + "@" + number;
    }
}
