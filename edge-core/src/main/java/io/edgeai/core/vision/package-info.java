/**
 * Images in, answers out: what a model needs to know of images and classes, what is in an image, and where. Built of the
 * processors of {@link io.edgeai.core.processor}, over any session or endpoint.
 */
@NullMarked
package io.edgeai.core.vision;

import org.jspecify.annotations.NullMarked;
