package io.edgeai.server;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelId;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name under which a server answers: a model's, for its active version, or {@code model:alias}, for the version that the
 * alias points at.
 *
 * @param model which model
 * @param alias empty for the active version
 */
public record ServedName(ModelId model, Optional<String> alias) {
    private static final Pattern ALIAS = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");

    /** @throws InvalidInputException where it is neither */
    public static ServedName parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return new ServedName(ModelId.of(text), Optional.empty());
        }
        String alias = text.substring(colon + 1);
        if (!ALIAS.matcher(alias).matches()) {
            throw new InvalidInputException("Alias (" + alias.substring(0, Math.min(80, alias.length()))
                    + ") of model (" + text.substring(0, Math.min(80, colon))
                    + ") is not valid. Maybe name:best, with letters, digits, '.', '_' or '-'.");
        }
        return new ServedName(ModelId.of(text.substring(0, colon)), Optional.of(alias));
    }

    @Override
    public String toString() {
        return alias.map(name -> model + ":" + name).orElseGet(model::name);
    }
}
