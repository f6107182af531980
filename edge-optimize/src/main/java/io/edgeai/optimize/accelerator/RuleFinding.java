package io.edgeai.optimize.accelerator;

/**
 * A place in a graph that breaks a rule of an engine.
 *
 * @param rule short name of the rule, such as {@code zero-point}
 * @param severity what happens there
 * @param node the node, or the value, that breaks it
 * @param message what is wrong and what the engine does about it
 */
public record RuleFinding(String rule, Severity severity, String node, String message) {
    /** What becomes of a broken rule. */
    public enum Severity {
        /** The engine refuses the graph, or computes something else. */
        ERROR,
        /** The engine runs the graph more slowly, or leaves the node to another provider. */
        WARNING
    }
}
