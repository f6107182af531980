package io.edgeai.placement.spi;

/**
 * By how much a candidate breaks one constraint.
 *
 * @param constraint name of the constraint
 * @param required what is required or allowed
 * @param actual what there is
 * @param unit of both
 * @param message for people, e.g. {@code "needs 620 MB of memory, 500 MB free: 120 MB short"}
 * @param repair the smallest change of the workload that would satisfy it, e.g. {@code "raise p99 to 31 ms"}
 * @param effort size of that change relative to the present value; 1 for a rule that must be given up
 */
public record Violation(
        String constraint, double required, double actual, String unit, String message, String repair, double effort) {
    /** The distance between what is required and what there is; infinite where either is. */
    public double amount() {
        return required == actual ? Math.abs(required) : Math.abs(required - actual);
    }
}
