package io.edgeai.core.lifecycle;

import io.edgeai.core.error.PermissionDeniedException;
import io.edgeai.core.model.ModelId;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Decides who may do what. Asked before each change, on the caller's thread, with no lock held. Must be thread-safe.
 */
@FunctionalInterface
public interface AccessPolicy {
    /** Everybody may do everything. */
    AccessPolicy OPEN = (actor, permission, model) -> true;

    boolean allows(String actor, Permission permission, ModelId model);

    /** @throws PermissionDeniedException where it is not allowed */
    default void require(String actor, Permission permission, ModelId model) {
        if (!allows(actor, permission, model)) {
            throw new PermissionDeniedException("Actor (" + actor + ") lacks the permission (" + permission
                    + ") for model (" + model + "). Maybe ask somebody who has it, or change the access policy.");
        }
    }

    /** Each actor has exactly these permissions, for all models; an actor that is not named has none. */
    static AccessPolicy roles(Map<String, Set<Permission>> permissions) {
        Map<String, Set<Permission>> copy = new HashMap<>();
        permissions.forEach((actor, all) -> copy.put(actor, all.isEmpty() ? Set.of() : EnumSet.copyOf(all)));
        return (actor, permission, model) -> copy.getOrDefault(actor, Set.of()).contains(permission);
    }
}
