package io.edgeai.placement.constraint;

import io.edgeai.placement.spi.Constraint;
import java.util.ArrayList;
import java.util.List;

/** The constraints that every placement keeps, in the order in which they are checked and reported. */
public final class Constraints {
    private Constraints() {}

    /** Resources, then service level, then policy, then times. */
    public static List<Constraint> standard() {
        List<Constraint> all = new ArrayList<>(ResourceConstraints.all());
        all.addAll(ServiceConstraints.all());
        all.addAll(PolicyConstraints.all());
        all.addAll(TimeConstraints.all());
        return List.copyOf(all);
    }
}
