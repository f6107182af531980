/**
 * The difference between two versions of a model, small where few weights changed. A delta names both by digest, so that it can neither be applied to the wrong base nor give a wrong result unnoticed.
 */
@NullMarked
package io.edgeai.placement.deploy.delta;

import org.jspecify.annotations.NullMarked;
