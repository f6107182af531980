package io.edgeai.placement.deploy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.placement.deploy.site.Release;
import java.util.Optional;

/**
 * Where a site's models go. Every step may be repeated without harm, and a step that throws a retriable exception may
 * succeed later. Implementations are thread-safe.
 */
public interface DeploymentTarget extends AutoCloseable {
    /**
     * Brings an artifact there without touching what is live; goes on where an earlier try ended.
     *
     * @throws io.edgeai.core.error.RemoteUnavailableException where the site does not answer
     * @throws io.edgeai.core.error.StorageException where it has no room
     * @throws io.edgeai.core.error.OperationCancelledException where progress says so, between two chunks
     */
    Transfer fetch(Artifact artifact, Progress progress);

    /** What is live for a service. */
    Optional<Release> release(String service);

    /**
     * Makes a release live whose artifact was fetched. Where only the number of replicas changes, those that stay may go
     * on undisturbed.
     *
     * @return what was live before
     */
    Optional<Release> activate(Release release);

    /**
     * Ends a service.
     *
     * @return what was live before
     */
    Optional<Release> deactivate(String service);

    /** Whether the service answers; may be asked again and again while it starts. */
    boolean healthy(String service);

    /** How many replicas of the service answer; by default all or none. */
    default int ready(String service) {
        return healthy(service) ? release(service).map(Release::replicas).orElse(0) : 0;
    }

    /** Why a service does not answer, as far as the site knows; empty where it does not say. */
    default String complaint(String service) {
        return "";
    }

    /**
     * Gives a release that answers the whole of its service's requests, where {@link #activate} gave it a part of them; by
     * default it had all from the start.
     *
     * @return whether that changed anything
     */
    default boolean promote(String service) {
        return false;
    }

    /** Gives up connections; the site goes on. */
    @Override
    void close();
}
