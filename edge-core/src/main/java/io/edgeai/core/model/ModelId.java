package io.edgeai.core.model;

import io.edgeai.core.error.InvalidInputException;
import java.util.regex.Pattern;

/**
 * The name of a model, unique in a registry.
 *
 * @param name 1 to 128 characters: ASCII letters, digits, {@code . _ -}, beginning with a letter or digit
 */
public record ModelId(String name) implements Comparable<ModelId> {
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    public ModelId {
        if (!VALID.matcher(name).matches()) {
            throw new InvalidInputException("Model name (" + abbreviate(name)
                    + ") is not valid. Maybe use 1 to 128 letters, digits, '.', '_' or '-', beginning with a letter"
                    + " or digit.");
        }
    }

    public static ModelId of(String name) {
        return new ModelId(name);
    }

    private static String abbreviate(String name) {
        return name.length() <= 60 ? name : name.substring(0, 60) + "…";
    }

    @Override
    public int compareTo(ModelId other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
