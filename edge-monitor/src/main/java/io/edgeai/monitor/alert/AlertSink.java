package io.edgeai.monitor.alert;

/**
 * Tells people of alerts. Called on the monitor's thread: it returns at once and does what takes time elsewhere. What it
 * throws is told to the monitor's failure handler and does not keep the other sinks from hearing.
 */
@FunctionalInterface
public interface AlertSink extends AutoCloseable {
    void deliver(Notification notification);

    /** Gives up what is still under way; does nothing unless overridden. */
    @Override
    default void close() {}

    /** Writes each notification's title to a logger of the JDK, beginnings as warnings. */
    static AlertSink log(System.Logger logger) {
        return notification -> logger.log(
                notification.kind() == Notification.Kind.FIRING
                        ? System.Logger.Level.WARNING
                        : System.Logger.Level.INFO,
                notification.title());
    }
}
