package io.edgeai.formats.pickle;

/**
 * A class or function that a pickle names. Nothing is looked up or loaded.
 *
 * @param module for example {@code sklearn.svm._classes}
 * @param name for example {@code SVC}
 */
public record PyGlobal(String module, String name) {
    /** Module and name with a dot between. */
    public String qualified() {
        return module + "." + name;
    }

    @Override
    public String toString() {
        return qualified();
    }
}
